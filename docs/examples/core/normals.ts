import { normals, rootKey } from '@bbb/core';

const draws = normals(rootKey(3), 10_000);
const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;

console.log(Math.abs(mean) < 0.05); // true
