import { logSoftmax } from '@bbb/core';

const logits = Float32Array.of(2, 0, 0);

console.log(Array.from(logSoftmax(logits, 3), (log) => Math.exp(log).toFixed(2)).join(' ')); // 0.79 0.11 0.11
