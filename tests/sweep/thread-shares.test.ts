import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { threadShares } from '../../packages/sweep/src/executor/thread-shares.js';

test('the last 3 trials on 8 cores have 3, 3 and 2 threads, the last 2 have 4 each, the last one all', () => {
  const shares = threadShares(8);
  const counts: number[] = [];
  const [first, second] = [0, 1, 2].map((trial) => shares.add((count) => (counts[trial] = count)));
  expect(counts).toEqual([3, 3, 2]);
  first!();
  expect(counts.slice(1)).toEqual([4, 4]);
  second!();
  expect(counts[2]).toBe(8);
  // A second call of the same function has no effect.
  second!();
  expect(counts[2]).toBe(8);
});

test('every trial has a thread, and together they have no more threads than there are cores, unless there are more trials', () => {
  const steps = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), steps, (total, list) => {
      const shares = threadShares(total);
      const running: { count: number; release: () => void }[] = [];
      for (const step of list) {
        if (step % 3 === 0 && running.length > 0) running.splice(step % running.length, 1)[0]!.release();
        else {
          const trial = { count: 0, release: (): void => undefined };
          trial.release = shares.add((count) => (trial.count = count));
          running.push(trial);
        }
        const counts = running.map(({ count }) => count);
        expect(Math.min(1, ...counts)).toBe(1);
        const sum = counts.reduce((a, b) => a + b, 0);
        if (counts.length > 0) expect(sum).toBe(Math.max(total, counts.length));
        if (counts.length > 0) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    }),
    { seed: 2 },
  );
});
