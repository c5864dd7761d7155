import { prunedCount } from '@bbb/core';

console.log(prunedCount(0.9, 266_610)); // 239949
