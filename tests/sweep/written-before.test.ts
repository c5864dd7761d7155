import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, fingerprint, loadPlugins, type Evaluation, type TrialResult } from '@bbb/core';
import { renderReportMarkdown } from '@bbb/report';
import { parseSweepConfig, planSweep, readSweep, sweepStatus, type Plan } from '@bbb/sweep';
import { beforeAll, expect, it } from 'vitest';
import { bbb } from '../support/command-line.js';
import { temporaryFolder } from '../support/folders.js';
import { eventsOf, PLUGINS, run } from '../support/sweeps/tiny.js';

/**
 * A folder of bbb 0.1.0, from before networks, likelihoods and other data existed: sgd is done, bbb was
 * interrupted after the first of four epochs. `expected.json` has the checkpoints of an uninterrupted run of that
 * version. Its results are those of the last version before the redesign for the same folder, because the
 * measurements had become more precise meanwhile.
 */
const FIXTURE = new URL('fixtures/written-by-0.1.0/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', FIXTURE), 'utf8')) as Readonly<
  Record<string, { readonly checkpointSha256: string; readonly fingerprint: string }>
>;
const [DONE, STOPPED] = ['165538b6bd850fde', '74059d8ca236deef'] as const;

const accuracyOf = ({ metrics }: Evaluation): number | undefined => metrics['accuracy'];
function copy(): string {
  const dir = temporaryFolder();
  cpSync(new URL('sweep/', FIXTURE), dir, { recursive: true });
  return dir;
}

let plan: Plan;
beforeAll(async () => {
  const registry = createRegistry(await loadPlugins(PLUGINS));
  plan = planSweep(
    parseSweepConfig({
      dataset: { use: 'mnist' },
      limit: 300,
      validation: 100,
      hidden: [[8]],
      methods: [{ use: 'sgd' }, { label: 'bbb', use: 'bbb-mixture' }],
      training: { epochs: 4, batchSize: 50 },
      pruning: { shares: [0, 0.9] },
      prediction: { samples: 2 },
      seeds: [0],
    }),
    registry,
  );
});

it('gives trials the names that they had in earlier versions', () => {
  expect(plan.trials.map(({ id, label, variant }) => [id, label, variant])).toEqual([
    [DONE, 'sgd', ''],
    [STOPPED, 'bbb', ''],
  ]);
});

/** Metrics that the earlier version did not measure. */
const NEWER = new Set(['augrc', 'coverageAtRisk5', 'riskAtCoverage80', 'classwiseEce', 'smoothEce']);

/** A result with only the members that the earlier version wrote. */
function asWritten({ checkpointBytes: _checkpointBytes, ...result }: TrialResult): TrialResult {
  const pruning = result.pruning.map(({ bytes: _bytes, paths: _paths, ...row }) => ({
    ...row,
    evaluations: row.evaluations.map(({ calibrated: _calibrated, metrics, ...rest }) => ({
      ...rest,
      metrics: Object.fromEntries(
        Object.entries(metrics).filter(([name]) => !NEWER.has(name)),
      ) as unknown as Evaluation['metrics'],
    })),
  }));
  return { ...result, pruning };
}

it('reads a folder that an earlier version wrote', async () => {
  const dir = copy();
  const { trials } = await sweepStatus(dir);
  expect(trials.map(({ state }) => state)).toEqual(['done', 'waiting']);
  const { results, missing } = await readSweep(dir);
  expect(missing).toEqual([STOPPED]);
  expect(results.map(fingerprint)).toEqual([expected[DONE]!.fingerprint]);
});

it('goes on in it to the bytes of the earlier version, reports and evaluates', async () => {
  const dir = copy();
  const { outcome, events } = await run(plan, { dir, workers: 1 });
  expect(outcome).toMatchObject({ status: 'done', counts: { kept: 1, done: 2 } });
  const started = eventsOf(events, 'trial-start');
  expect(started.map(({ id, resumedEpochs }) => [id, resumedEpochs.length])).toEqual([[STOPPED, 1]]);

  const data = await readSweep(dir);
  const found = data.results.map((result) => [
    result.id,
    { checkpointSha256: result.checkpointSha256, fingerprint: fingerprint(asWritten(result)) },
  ]);
  expect(Object.fromEntries(found)).toEqual(expected);

  expect(renderReportMarkdown(data)).toContain('2 trials');
  for (const { id, pruning } of data.results) {
    const { code, stdout } = await bbb([
      'evaluate',
      join(dir, 'trials', id),
      '--ood',
      'none',
      '--samples',
      '2',
      '--json',
    ]);
    expect(code).toBe(0);
    const { evaluations } = JSON.parse(stdout) as { evaluations: readonly Evaluation[] };
    // Only a trial calibrates: a command has no key that says which examples were held out.
    const uncalibrated = pruning[0]!.evaluations.map(({ calibrated: _calibrated, ...rest }) => rest);
    if (id === STOPPED) expect(evaluations).toEqual(uncalibrated);
    else expect(evaluations.map(accuracyOf)).toEqual(pruning[0]!.evaluations.map(accuracyOf));
  }
});
