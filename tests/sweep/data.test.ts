import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createRegistry, loadPlugins, type BbbError, type TrialResult } from '@bbb/core';
import { checkSweep, type Plan, readSweep, shareFolder, sweepStatus } from '@bbb/sweep';
import { expect, it } from 'vitest';
import builtIn from '../../packages/sweep/src/plugin.js';
import { seal, unseal } from '../../packages/sweep/src/store/sealed.js';
import { temporaryFolder } from '../support/folders.js';
import { checkInvariant } from '../support/sweeps/invariant.js';
import { PLUGINS, PROCESSES, run, tinyPlan } from '../support/sweeps/tiny.js';
import { idx, writeIdx } from '../support/idx-files.js';

/** A plan for data files in a folder, and these files. */
async function onFiles(seeds: readonly number[]): Promise<{ plan: Plan; dataDir: string }> {
  const dataDir = temporaryFolder();
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

it('goes on only with the same data as before, and says what differs', async () => {
  const { plan, dataDir } = await onFiles([1, 2, 3]);
  const dir = temporaryFolder();
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
  // A sweep does not accept more trials on other data, either.
  const { plan: longer } = await onFiles([1, 2, 3, 4]);
  expect(await failure(run(longer, { dir, dataDir, extend: true }))).toMatchObject(refusal);
  const registry = createRegistry([...(await loadPlugins(PLUGINS)), builtIn]);
  const dry = { dir, dataDir, plugins: PLUGINS, registry };
  expect(await failure(checkSweep(plan, dry))).toMatchObject(refusal);
  // A plan can be shown on a machine without the data.
  await checkSweep(plan, { ...dry, dataDir: temporaryFolder() });
  expect(readFileSync(join(dir, 'sweep.json'), 'utf8')).toBe(before);
  writeIdx(dataDir, 0);
  await run(plan, { dir, dataDir });
  await checkInvariant(dir, { trials: plan.trials });
});

it('that is done is shown only with its own data; read without data, it names them', async () => {
  const { plan, dataDir } = await onFiles([1]);
  const dir = temporaryFolder();
  await run(plan, { dir, dataDir });
  const { outcome } = await run(plan, { dir, dataDir });
  expect(outcome).toMatchObject({ status: 'done', counts: { kept: 1 } });
  expect(await failure(run(plan, { dir, dataDir: temporaryFolder() }))).toMatchObject({
    code: 'E_DATA_MISSING',
  });
  const labels = join(dataDir, 't10k-labels-idx1-ubyte');
  const bytes = readFileSync(labels);
  writeFileSync(
    labels,
    bytes.map((byte, i) => (i < 8 ? byte : (byte + 1) % 3)),
  );
  const { code, message } = await failure(run(plan, { dir, dataDir }));
  expect([code, message]).toEqual(['E_SWEEP_CHANGED', expect.stringContaining('idx, t10k-labels: SHA-256')]);
  const { datasets, results } = await readSweep(dir);
  const [{ dataset, dataSha256 }] = results as [TrialResult];
  expect(datasets).toEqual([
    { role: 'main', name: basename(dataDir), sha256: dataSha256, summary: expect.anything() as unknown },
  ]);
  expect(dataset).toBe(basename(dataDir));
  expect((await sweepStatus(dir)).datasets).toEqual(datasets);
});

it('sets a result of other data aside, and runs its trial again', async () => {
  const { plan, dataDir } = await onFiles([1, 2]);
  const [own, other] = [temporaryFolder(), temporaryFolder()];
  await run(plan, { dir: own, dataDir });
  writeIdx(dataDir, 1);
  await run(plan, { dir: other, dataDir });
  writeIdx(dataDir, 0);
  const { id } = plan.trials[0]!;
  for (const name of ['result.json', 'checkpoint.safetensors'])
    cpSync(join(other, 'trials', id, name), join(own, 'trials', id, name));
  const seen = await readSweep(own);
  expect(seen).toMatchObject({ damaged: [id], missing: [id], results: [{ id: plan.trials[1]!.id }] });
  expect(seen.damage![id]).toContain('it was made with other data: idx, train-images has SHA-256');
  const { outcome } = await run(plan, { dir: own, dataDir });
  expect(outcome.counts).toMatchObject({ done: 2, kept: 1 });
  expect((await readSweep(own)).damaged).toEqual([]);
});

it('whose record is gone accepts only the data of its results', async () => {
  const { plan, dataDir } = await onFiles([1]);
  const dir = temporaryFolder();
  await run(plan, { dir, dataDir });
  rmSync(join(dir, 'sweep.json'));
  writeIdx(dataDir, 1);
  expect(await failure(run(plan, { dir, dataDir }))).toMatchObject(refusal);
  writeIdx(dataDir, 0);
  const { outcome } = await run(plan, { dir, dataDir });
  expect(outcome.counts).toMatchObject({ kept: 1 });
});

it('of an earlier version is read, goes on, and gets a description of its data', async () => {
  const { plan, dataDir } = await onFiles([1, 2]);
  const dir = temporaryFolder();
  await run({ ...plan, trials: plan.trials.slice(0, 1) }, { dir, dataDir });
  const path = join(dir, 'sweep.json');
  const { sets, ...rest } = unseal('sweep', readFileSync(path, 'utf8')) as { sets: unknown };
  writeFileSync(path, seal('sweep', JSON.stringify(rest)));
  const resultPath = join(dir, 'trials', plan.trials[0]!.id, 'result.json');
  const { dataset: _, ...result } = unseal('result', readFileSync(resultPath, 'utf8')) as { dataset: string };
  writeFileSync(resultPath, seal('result', JSON.stringify(result)));
  const before = await readSweep(dir);
  expect(before.results).toHaveLength(1);
  expect(before.datasets).toMatchObject([{ role: 'main', name: 'idx' }]);
  const { outcome } = await run(plan, { dir, dataDir, extend: true });
  expect(outcome.counts).toMatchObject({ done: 2, kept: 1 });
  expect(unseal('sweep', readFileSync(path, 'utf8'))).toMatchObject({ sets });
});

it('accepts no result if its data were changed while it runs', async () => {
  const { plan, dataDir } = await onFiles([1]);
  const dir = temporaryFolder();
  const { outcome } = await run(plan, {
    dir,
    dataDir,
    executor: PROCESSES,
    // The worker process loads the data after this change.
    onEvent: ({ type }) => type === 'sweep-start' && writeIdx(dataDir, 1),
  });
  expect(outcome.status).not.toBe('done');
  expect(outcome.error?.message).toContain('The data were changed while the sweep runs');
  expect((await readSweep(dir)).results).toHaveLength(0);
});

it('warns of odd data before its first trial, and keeps the counts', async () => {
  const { plan, dataDir } = await onFiles([1]);
  const dir = temporaryFolder();
  for (const [part, count] of [
    ['train', 120],
    ['t10k', 30],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, i) => (part === 'train' ? i % 2 : i % 4));
    writeFileSync(join(dataDir, `${part}-labels-idx1-ubyte`), idx([count], labels));
  }
  const { events } = await run(plan, { dir, dataDir });
  const warned = events.findIndex((event) => event.type === 'warning' && event.code === 'W_DATA');
  expect(warned).toBeGreaterThanOrEqual(0);
  expect(warned).toBeLessThan(events.findIndex(({ type }) => type === 'trial-start'));
  expect(events[warned]).toMatchObject({
    message: expect.stringContaining('classes 2, 3 without training examples') as string,
  });
  expect((await readSweep(dir)).datasets![0]!.summary).toMatchObject({
    target: { kind: 'class', classes: 4 },
    train: { examples: 120, byClass: [60, 60, 0, 0] },
    test: { examples: 30, byClass: [8, 8, 7, 7] },
  });
});

it('whose record does not describe its data gets a description when it goes on', async () => {
  const { plan, dataDir } = await onFiles([1, 2]);
  const dir = temporaryFolder();
  await run(plan, { dir, dataDir });
  const path = join(dir, 'sweep.json');
  const { data, ...rest } = unseal('sweep', readFileSync(path, 'utf8')) as { data: unknown };
  expect(data).toBeDefined();
  writeFileSync(path, seal('sweep', JSON.stringify(rest)));
  await run(plan, { dir, dataDir });
  expect(unseal('sweep', readFileSync(path, 'utf8'))).toMatchObject({ data });
});

it('takes over no shard that was run on other data', async () => {
  const { plan, dataDir } = await onFiles([1, 2]);
  const dir = temporaryFolder();
  const [first, second] = plan.trials;
  await run({ ...plan, trials: [first!] }, { dir: shareFolder(dir, 0, 2), dataDir });
  writeIdx(dataDir, 1);
  await run({ ...plan, trials: [second!] }, { dir: shareFolder(dir, 1, 2), dataDir });
  const { code, message } = await failure(run(plan, { dir, dataDir }));
  expect(code).toBe('E_SWEEP_CHANGED');
  expect(message).toContain(`The shard ${shareFolder(dir, 0, 2)} was made with other data`);
  expect((await readSweep(dir)).results).toHaveLength(0);
});
