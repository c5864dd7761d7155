import { ece } from '@bbb/core';

// Three examples of two classes: probabilities row by row, and the right classes.
const probabilities = Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.2, 0.8);
const labels = Uint8Array.of(0, 1, 1);

console.log(ece(probabilities, labels, 2).toFixed(3)); // 0.300
