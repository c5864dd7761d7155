import type { EpochMetrics, IndexRow, PlannedTrial, TrialResult } from '@bbb/core';
import { lossOf, readEpochs, readSeconds, readTrial } from '@bbb/sweep';
import type { Settings } from './dimensions.js';
import type { Snapshot, TrialRow } from './protocol.js';

/** What is read of a trial's folder to show it in a row. */
export interface Reading {
  readonly epochs: readonly EpochMetrics[];
  readonly testError: number | null;
  readonly seconds: number | null;
}

/** Reads trials, those that may have changed since the last time. */
export function createReadings(dir: string): (row: IndexRow) => Promise<Reading> {
  const known = new Map<string, { readonly version: string; readonly reading: Reading }>();
  return async ({ id, state, attempts, sha256 }) => {
    const epochs = (): Promise<readonly EpochMetrics[]> => readEpochs(dir, id);
    if (state === 'running') return { epochs: await epochs(), testError: null, seconds: null };
    // While it is not running, a trial's files stay as they are.
    const version = [state, attempts, sha256].join(' ');
    const kept = known.get(id);
    if (kept?.version === version) return kept.reading;
    const { result } = await readTrial(dir, id);
    const seconds = (await readSeconds(dir, id)) ?? null;
    const reading = { epochs: await epochs(), testError: testErrorOf(result), seconds };
    known.set(id, { version, reading });
    return reading;
  };
}

/** Of the dense network, listed under every criterion, by its mean weights. */
function testErrorOf(result: TrialResult | undefined): number | null {
  const dense = result?.pruning.find(({ share }) => share === 0);
  const accuracy = dense?.evaluations.find(({ predict }) => predict === 'mean')?.metrics.accuracy;
  return accuracy === undefined ? null : 1 - accuracy;
}

export function rowOf(
  row: IndexRow,
  { trial }: PlannedTrial,
  settings: Settings,
  { epochs, testError, seconds }: Reading,
  curve: Snapshot['curve'],
): TrialRow {
  const { id, label, variant, seed, state, attempts, error } = row;
  return {
    id,
    label,
    variant,
    seed,
    state,
    epoch: state === 'running' ? Math.min(epochs.at(-1)?.epoch ?? 0, row.epochs) : row.epoch,
    epochs: row.epochs,
    validationError: lossOf(epochs, { select: trial.select }) ?? null,
    testError,
    seconds,
    attempts,
    error,
    settings,
    curve: epochs.flatMap((metrics): [number, number][] => {
      const value = curve === 'validation' ? metrics.validationError : metrics.trainError;
      return value === undefined ? [] : [[metrics.epoch, value]];
    }),
  };
}
