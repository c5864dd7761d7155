import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, loadPlugins, type BbbError } from '@bbb/core';
import { checkSweep, readSweep, type Plan } from '@bbb/sweep';
import { expect, it } from 'vitest';
import builtIn from '../../packages/sweep/src/plugin.js';
import { seal, unseal } from '../../packages/sweep/src/store/sealed.js';
import { shareFolder } from '../../packages/sweep/src/store/shares.js';
import { temporaryFolders } from './fixtures/folders.js';
import { checkInvariant } from './fixtures/invariant.js';
import { PLUGINS, run, tinyPlan } from './fixtures/sweeps.js';
import { writeIdx } from '../sweep-bullmq/fixtures/idx.js';

const folder = temporaryFolders();

/** A plan on files in a folder, and these files. */
async function onFiles(seeds: readonly number[]): Promise<{ plan: Plan; dataDir: string }> {
  const dataDir = folder();
  writeIdx(dataDir, 0);
  const plan = await tinyPlan({ dataset: { use: 'idx' }, seeds: [...seeds] });
  return { plan, dataDir };
}

const failure = (promise: Promise<unknown>): Promise<BbbError> =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as BbbError,
  );
const refusal = {
  code: 'E_SWEEP_CHANGED',
  message: expect.stringMatching(/idx, train-images: SHA-256 [0-9a-f]{12} -> [0-9a-f]{12}\n/) as string,
};

it('goes on with the data that it began with only, and says what is different', async () => {
  const { plan, dataDir } = await onFiles([1, 2, 3]);
  const dir = folder();
  const stop = new AbortController();
  const { outcome } = await run(plan, {
    dir,
    dataDir,
    workers: 1,
    signal: stop.signal,
    onEvent: ({ type }) => type === 'trial-done' && stop.abort(),
  });
  expect(outcome.status).toBe('interrupted');
  writeIdx(dataDir, 1);
  const before = readFileSync(join(dir, 'sweep.json'), 'utf8');
  expect(await failure(run(plan, { dir, dataDir }))).toMatchObject(refusal);
  // Neither does a sweep take more trials of other data.
  const { plan: longer } = await onFiles([1, 2, 3, 4]);
  expect(await failure(run(longer, { dir, dataDir, extend: true }))).toMatchObject(refusal);
  const registry = createRegistry([...(await loadPlugins(PLUGINS)), builtIn]);
  const dry = { dir, dataDir, plugins: PLUGINS, registry };
  expect(await failure(checkSweep(plan, dry))).toMatchObject(refusal);
  // A plan can be looked at where there are no data.
  await checkSweep(plan, { ...dry, dataDir: folder() });
  expect(readFileSync(join(dir, 'sweep.json'), 'utf8')).toBe(before);
  writeIdx(dataDir, 0);
  await run(plan, { dir, dataDir });
  await checkInvariant(dir, { trials: plan.trials });
});

it('that is done needs no data any more', async () => {
  const { plan, dataDir } = await onFiles([1]);
  const dir = folder();
  await run(plan, { dir, dataDir });
  const { outcome } = await run(plan, { dir, dataDir: folder() });
  expect(outcome).toMatchObject({ status: 'done', counts: { kept: 1 } });
});

it('whose record does not tell of its data is told when it goes on', async () => {
  const { plan, dataDir } = await onFiles([1, 2]);
  const dir = folder();
  await run(plan, { dir, dataDir });
  const path = join(dir, 'sweep.json');
  const { data, ...rest } = unseal('sweep', readFileSync(path, 'utf8')) as { data: unknown };
  expect(data).toBeDefined();
  writeFileSync(path, seal('sweep', JSON.stringify(rest)));
  await run(plan, { dir, dataDir });
  expect(unseal('sweep', readFileSync(path, 'utf8'))).toMatchObject({ data });
});

it('takes over no share that was run on other data', async () => {
  const { plan, dataDir } = await onFiles([1, 2]);
  const dir = folder();
  const [first, second] = plan.trials;
  await run({ ...plan, trials: [first!] }, { dir: shareFolder(dir, 0, 2), dataDir });
  writeIdx(dataDir, 1);
  await run({ ...plan, trials: [second!] }, { dir: shareFolder(dir, 1, 2), dataDir });
  const { code, message } = await failure(run(plan, { dir, dataDir }));
  expect(code).toBe('E_SWEEP_CHANGED');
  expect(message).toContain(`The share ${shareFolder(dir, 0, 2)} is of other data`);
  expect((await readSweep(dir)).results).toHaveLength(0);
});
