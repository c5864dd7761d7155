import { pairedDifference } from '@bbb/report';

// The same seeds have the same splits, so paired differences say more than two intervals.
const one = new Map([
  [0, 97.4],
  [1, 97.9],
  [2, 97.1],
]);
const other = new Map([
  [0, 97.0],
  [1, 97.4],
  [2, 96.7],
]);

console.log(pairedDifference(one, other)!.difference.mean.toFixed(2)); // 0.43
