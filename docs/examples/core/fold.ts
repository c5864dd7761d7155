import { fold, rootKey, uniform } from '@bbb/core';

// One key for each purpose and step, so that no draw depends on the order of others.
const root = rootKey(0);
const [first, second] = [fold(root, 'noise', 1), fold(root, 'noise', 2)];

console.log(uniform(first, 1, 0, 1)[0] === uniform(second, 1, 0, 1)[0]); // false
