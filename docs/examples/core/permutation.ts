import { permutation, rootKey } from '@bbb/core';

const order = permutation(rootKey(1), 5);

console.log([...order].toSorted((a, b) => a - b).join(' ')); // 0 1 2 3 4
