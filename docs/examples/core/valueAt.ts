import { valueAt } from '@bbb/core';

// Samplers propose numbers from 0 to 1. The space turns them into values.
const rate = valueAt({ kind: 'logUniform', low: 1e-4, high: 1e-2 }, 0.5);

console.log(Number(rate).toFixed(4)); // 0.0010
