import { fold, rootKey, uniform } from '@bbb/core';

// A draw depends only on its key: the same key gives the same numbers on any machine.
const key = fold(rootKey(7), 'weights');
const again = fold(rootKey(7), 'weights');

console.log(uniform(key, 3, 0, 1).join() === uniform(again, 3, 0, 1).join()); // true
