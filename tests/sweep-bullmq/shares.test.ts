import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runSweep, shareFolder, type Plan } from '@bbb/sweep';
import { beforeEach, expect, test } from 'vitest';
import { PLUGINS, run, tinyPlan } from '../support/sweeps/tiny.js';
import { expectAsLocal, slowPlan, starts } from '../support/machines/machines.js';
import { temporaryFolder } from '../support/folders.js';

/** Every trial whose position is `index` modulo `count`, as `--index` and `--count` choose them. */
const share = (plan: Plan, index: number, count: number): Plan => ({
  ...plan,
  trials: plan.trials.filter((_, position) => position % count === index),
});

let folder: string;
beforeEach(() => (folder = temporaryFolder()));

test('shards run side by side; the whole sweep takes over their results, and runs the missing trials', async () => {
  const dir = join(folder, 'sweep');
  const plan = await slowPlan(folder, 7, 5);
  const [first, second] = await Promise.all(
    [0, 1].map((index) => run(share(plan, index, 3), { dir: shareFolder(dir, index, 3), workers: 1 })),
  );
  expect(first!.outcome.counts).toMatchObject({ total: 3, done: 3 });
  expect(second!.outcome.counts).toMatchObject({ total: 2, done: 2 });
  // The third share never ran.
  const { outcome } = await run(plan, { dir, workers: 1 });
  expect(outcome).toMatchObject({ status: 'done', counts: { total: 7, done: 7, kept: 5 } });
  expect(starts(folder, 7)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  await expectAsLocal(plan, dir, join(folder, 'local'));
});

test('checkpoints are not stored twice, and existing ones are not replaced', async () => {
  const dir = join(folder, 'sweep');
  const plan = await tinyPlan();
  await run(plan, { dir: shareFolder(dir, 0, 1) });
  await run(plan, { dir });
  const files = [shareFolder(dir, 0, 1), dir].map((at) =>
    join(at, 'trials', plan.trials[0]!.id, 'checkpoint.safetensors'),
  );
  expect(statSync(files[0]!).ino).toBe(statSync(files[1]!).ino);
  const again = await run(plan, { dir });
  expect(again.outcome.counts).toMatchObject({ total: 1, kept: 1 });
});

test('a trial with a damaged result in a shard is run again', async () => {
  const dir = join(folder, 'sweep');
  const plan = await tinyPlan();
  const from = shareFolder(dir, 0, 1);
  await run(plan, { dir: from });
  writeFileSync(join(from, 'trials', plan.trials[0]!.id, 'result.json'), '{"sha256":"');
  const { outcome } = await run(plan, { dir });
  expect(outcome.counts).toMatchObject({ total: 1, done: 1, kept: 0 });
});

test("another machine's lock stops a sweep, but not a shard that was started again", async () => {
  const plan = await tinyPlan();
  const lock = (dir: string): void => {
    const path = join(dir, 'sweep.lock');
    mkdirSync(dirname(path), { recursive: true });
    const owner = { token: 'x', host: 'a-machine-that-is-gone', pid: 1, started: '' };
    writeFileSync(path, JSON.stringify(owner));
  };
  const dir = join(folder, 'sweep');
  const from = shareFolder(dir, 0, 1);
  lock(from);
  // The run of the whole sweep cannot know whether the lock is held, either.
  await expect(run(plan, { dir })).rejects.toMatchObject({ code: 'E_SWEEP_LOCKED' });
  await expect(run(plan, { dir: from })).rejects.toMatchObject({ code: 'E_SWEEP_LOCKED' });
  const outcome = await runSweep(plan, { dir: from, plugins: PLUGINS, takeOver: true });
  expect(outcome.status).toBe('done');
  expect(existsSync(join(from, 'sweep.lock'))).toBe(false);
  expect((await run(plan, { dir })).outcome.counts).toMatchObject({ kept: 1 });
});
