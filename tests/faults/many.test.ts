import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { readSweep } from '@bbb/sweep';
import { expect, it, onTestFinished } from 'vitest';
import { checkInvariant } from '../support/sweeps/invariant.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';

const TRIALS = 1000;
const BATCH = 100;

/** A folder in memory measures without the load of the disk; a folder on the disk includes it. */
const MEMORY = '/dev/shm';
const places = [tmpdir(), ...(existsSync(MEMORY) ? [MEMORY] : [])];
const title = `runs ${TRIALS} trials of a few milliseconds in the order of the queue, with little of its own and bounded memory`;

it.each(places)(`${title}: %s`, async (place) => {
  const dir = mkdtempSync(join(place, 'bbb-sweep-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const plan = await tinyPlan({
    dataset: { use: 'toy', options: { train: 640, test: 60 } },
    validation: 0,
    hidden: [[2]],
    methods: [{ use: 'sgd' }],
    training: { epochs: 1, batchSize: 16 },
    pruning: { shares: [0] },
    prediction: { samples: 0 },
    seeds: Array.from({ length: TRIALS }, (_, seed) => seed),
  });
  const order: string[] = [];
  const marks: Mark[] = [];
  let done = 0;
  let trialMs = 0;
  const memory: number[] = [];
  const { outcome } = await run(plan, {
    dir,
    workers: 1,
    checkpointSeconds: 2,
    onEvent(event) {
      if (event.type === 'trial-start') order.push(event.id);
      if (event.type !== 'trial-done') return;
      trialMs += event.result.environment.seconds * 1000;
      if (++done % BATCH !== 0) return;
      globalThis.gc?.();
      memory.push(process.memoryUsage().heapUsed / 2 ** 20);
      marks.push({ at: performance.now(), trialMs, cpuMs: ownCpuMs() });
    },
  });
  expect(outcome.counts.done).toBe(TRIALS);
  expect(order).toEqual(plan.trials.map(({ id }) => id));

  // The first batch also starts the worker and compiles the code.
  const batches = marks.slice(1).map((mark, i) => ({
    each: (mark.at - marks[i]!.at) / BATCH,
    overhead: (mark.at - marks[i]!.at - (mark.trialMs - marks[i]!.trialMs)) / BATCH,
    cpu: (mark.cpuMs - marks[i]!.cpuMs) / BATCH,
  }));
  const least = (of: 'each' | 'overhead' | 'cpu'): number => Math.min(...batches.map((batch) => batch[of]));
  const text = (ms: number): string => `${ms.toFixed(2)} ms`;
  console.log(
    [
      `a trial: ${text(least('each'))}, ${text(least('overhead'))} of them outside of it (the best of ${batches.length} batches)`,
      `the coordinator's thread: ${text(least('cpu'))} of CPU a trial`,
      `making one small file durable takes ${text(fsyncMs(dir))}; a trial needs four such`,
      `heap after each batch: ${memory.map((mib) => mib.toFixed(0)).join(' ')} MiB`,
    ].join('\n'),
  );
  // CPU time, because other work on the machine disturbs the clock.
  if (place === MEMORY) expect(least('cpu')).toBeLessThan(3);
  expect(memory.at(-1)! - memory[1]!).toBeLessThan(60);
  const { results } = await readSweep(dir);
  expect(results).toHaveLength(TRIALS);
  await checkInvariant(dir, { trials: plan.trials });
});

interface Mark {
  readonly at: number;
  /** The time that the trials measured themselves. */
  readonly trialMs: number;
  readonly cpuMs: number;
}

/**
 * CPU time of this thread, which is the coordinator's; the trials run on another thread. Without /proc: of the
 * whole process.
 */
function ownCpuMs(): number {
  const path = `/proc/self/task/${process.pid}/stat`;
  if (!existsSync(path)) return (process.cpuUsage().user + process.cpuUsage().system) / 1000;
  const stat = readFileSync(path, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime and stime, in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The median time of a small durable write. */
function fsyncMs(beside: string): number {
  const dir = mkdtempSync(`${beside}-`);
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const times = Array.from({ length: 200 }, (_, i) => {
    const file = openSync(join(dir, `${i}`), 'w');
    writeSync(file, Buffer.alloc(2000));
    const began = performance.now();
    fsyncSync(file);
    const took = performance.now() - began;
    closeSync(file);
    return took;
  });
  return times.toSorted((a, b) => a - b)[100]!;
}
