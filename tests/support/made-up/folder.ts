import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedTrial, SweepData, TrialResult } from '@bbb/core';
import { sqlDrivers } from '../../../packages/sweep/src/store/index/database.js';
import { rowOf } from '../../../packages/sweep/src/store/index/rows.js';
import { createIndex } from '../../../packages/sweep/src/store/index/sqlite-index.js';
import { indexFile, sweepFile, TRIAL_FILES, trialFolder } from '../../../packages/sweep/src/store/names.js';
import { sealResult } from '../../../packages/sweep/src/store/result-file.js';
import type { TrialState } from '../../../packages/sweep/src/store/scan.js';
import { seal, sha256 } from '../../../packages/sweep/src/store/sealed.js';

/**
 * Writes a folder like that of a finished sweep: record, results, curves, attempts and index. Only checkpoints are missing.
 * @param results read one at a time, so that any number of them fits into memory
 */
export function writeSweepFolder(
  dir: string,
  { config, plan }: Pick<SweepData, 'config' | 'plan'>,
  resultOf: (planned: PlannedTrial, position: number) => TrialResult | undefined,
): void {
  mkdirSync(dir, { recursive: true });
  const versions = { bbb: '0.1.0', node: process.version };
  const record = { format: 'bbb-sweep/1', config, trials: plan, versions };
  writeFileSync(sweepFile(dir), seal('sweep', JSON.stringify(record)));
  const rows = plan.map((planned, position) => {
    const result = resultOf(planned, position);
    return rowOf(planned, result && writeTrial(trialFolder(dir, planned.id), result));
  });
  createIndex(sqlDrivers()[0]!, indexFile(dir), rows).close();
}

function writeTrial(folder: string, result: TrialResult): TrialState {
  mkdirSync(folder, { recursive: true });
  const text = sealResult(result);
  const lines = (values: readonly unknown[]): string =>
    values.map((value) => `${JSON.stringify(value)}\n`).join('');
  const { seconds } = result.environment;
  writeFileSync(join(folder, TRIAL_FILES.result), text);
  writeFileSync(join(folder, TRIAL_FILES.metrics), lines(result.epochs));
  writeFileSync(
    join(folder, TRIAL_FILES.attempts),
    lines([
      { event: 'start', attempt: 1 },
      { event: 'end', attempt: 1, outcome: 'done', seconds },
    ]),
  );
  return {
    state: 'done',
    attempts: 1,
    epochs: result.epochs.length,
    seconds,
    validationError: result.epochs.at(-1)?.validationError ?? null,
    sha256: sha256(text),
  };
}
