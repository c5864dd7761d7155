import { selectKeep } from '@bbb/core';

// Removes half of all weights: those with the lowest scores in all layers together.
const tensors = [
  { name: 'layers.0.weight', shape: [2, 2], scores: Float32Array.of(0.1, 0.9, 0.2, 0.8) },
  { name: 'layers.1.weight', shape: [2, 1], scores: Float32Array.of(0.3, 0.7) },
];
const keep = selectKeep(tensors, 0.5, 'global');

console.log(
  Object.values(keep)
    .map((mask) => mask.join(''))
    .join(' '),
); // 0101 01
