import type { FusedExports } from '../wasm/fused-exports.js';
import { isSmall, PARTS, partSize } from './size.js';
import type { Argument, Team } from './team.js';

type Softmaxes = Pick<FusedExports, 'softmax' | 'crossEntropy' | 'countCorrect'>;

/** Approximate nanoseconds for one number. */
const COST = 2;
const COUNT_COST = 1;

/** Softmaxes over rows, what they cost, and how many are right: a part is some rows. */
export function softmaxes(run: FusedExports, team: Team): Softmaxes {
  return {
    softmax(out, x, rows, classes, work) {
      if (isSmall(team, COST * rows * classes)) return run.softmax(out, x, rows, classes, work);
      const size = partSize(rows, PARTS * team.count);
      const step = 4 * size * classes;
      team.run({
        kernel: 'softmax',
        parts: Math.ceil(rows / size),
        args: [[out, step], [x, step], [rows, size], classes, [work, 4 * size * (classes + 2)]],
        size: 2,
      });
    },
    crossEntropy(x, labels, grad, rows, classes, scale, work) {
      if (isSmall(team, COST * rows * classes))
        return run.crossEntropy(x, labels, grad, rows, classes, scale, work);
      const size = partSize(rows, PARTS * team.count);
      const step = 4 * size * classes;
      const ofRows = (array: number): Argument => [array, 4 * size];
      const logs = work + 4 * rows * classes;
      const [largest, own] = [logs + 4 * rows, logs + 8 * rows];
      team.run({
        kernel: 'crossEntropyOfRows',
        parts: Math.ceil(rows / size),
        // prettier-ignore
        args: [
          [x, step], [labels, size], grad === 0 ? 0 : [grad, step], [rows, size], classes, scale, [work, step],
          ofRows(logs), ofRows(largest), ofRows(own),
        ],
        size: 3,
      });
      // The sum is not divided among threads, so its order and its bits are those of one thread.
      return run.sumOfCrossEntropy(logs, largest, own, rows);
    },
    countCorrect(x, labels, rows, classes) {
      if (isSmall(team, COUNT_COST * rows * classes)) return run.countCorrect(x, labels, rows, classes);
      const size = partSize(rows, PARTS * team.count);
      const parts = Math.ceil(rows / size);
      const counts = team.run({
        kernel: 'countCorrect',
        parts,
        args: [[x, 4 * size * classes], [labels, size], [rows, size], classes],
        size: 2,
      });
      return counts.subarray(0, parts).reduce((sum, count) => sum + count, 0);
    },
  };
}
