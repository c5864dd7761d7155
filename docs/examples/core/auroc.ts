import { auroc } from '@bbb/core';

// How uncertain a network is of letters and of digits. Is it more uncertain of letters?
const letters = [0.9, 0.7, 0.4];
const digits = [0.1, 0.2, 0.5];

console.log(auroc(letters, digits).toFixed(3)); // 0.889
