import { performance } from 'node:perf_hooks';
import { readSweep } from '@bbb/sweep';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../sweep/fixtures/folders.js';
import { checkInvariant } from '../sweep/fixtures/invariant.js';
import { run, tinyPlan } from '../sweep/fixtures/sweeps.js';

const folder = temporaryFolders();
const TRIALS = 1000;
const WARM_UP = 200;

it(`runs ${TRIALS} trials of a few milliseconds in the order of the queue, with little of its own and bounded memory`, async () => {
  const dir = folder();
  const plan = await tinyPlan({
    dataset: { use: 'toy', options: { train: 16, test: 8 } },
    validation: 0,
    hidden: [[2]],
    methods: [{ use: 'sgd' }],
    training: { epochs: 1, batchSize: 16 },
    pruning: { shares: [0] },
    prediction: { samples: 0 },
    seeds: Array.from({ length: TRIALS }, (_, seed) => seed),
  });
  const order: string[] = [];
  let done = 0;
  let began = 0;
  let ended = 0;
  let trialSeconds = 0;
  const memory: number[] = [];
  const { outcome } = await run(plan, {
    dir,
    workers: 1,
    checkpointSeconds: 2,
    onEvent(event) {
      if (event.type === 'trial-start') order.push(event.id);
      if (event.type !== 'trial-done') return;
      done++;
      if (done === WARM_UP) began = performance.now();
      if (done > WARM_UP) trialSeconds += event.result.environment.seconds;
      if (done % 100 === 0) {
        globalThis.gc?.();
        memory.push(process.memoryUsage().heapUsed / 2 ** 20);
      }
      if (done === TRIALS) ended = performance.now();
    },
  });
  expect(outcome.counts.done).toBe(TRIALS);
  expect(order).toEqual(plan.trials.map(({ id }) => id));
  const counted = TRIALS - WARM_UP;
  const each = (ended - began) / counted;
  const overhead = each - (trialSeconds * 1000) / counted;
  console.log(
    `${each.toFixed(2)} ms a trial, ${overhead.toFixed(2)} ms of them outside of it; heap ${memory.map((mib) => mib.toFixed(0)).join(' ')} MiB`,
  );
  expect(memory.at(-1)! - memory[1]!).toBeLessThan(60);
  const { results } = await readSweep(dir);
  expect(results).toHaveLength(TRIALS);
  await checkInvariant(dir, { trials: plan.trials });
});
