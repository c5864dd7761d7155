import {
  headlineError,
  headlineOf,
  mainEvaluation,
  type EpochMetrics,
  type IndexRow,
  type PlannedTrial,
  type TrialResult,
} from '@bbb/core';
import { lossOf, readEpochs, readSeconds, readTrial } from '@bbb/sweep';
import { headlineWords } from './headline.js';
import type { Hyperparameters } from './dimensions.js';
import type { CurvePoint, Headline, Snapshot, TrialRow } from './protocol.js';

/** The parts of a trial's folder that its row shows. */
export interface Reading {
  readonly epochs: readonly EpochMetrics[];
  readonly testError: number | null;
  readonly seconds: number | null;
  /** Name and unit of errors in its result. Absent without a result. */
  readonly headline?: Headline;
}

/** Readings of trials, kept for the next look. */
export interface Readings {
  /** The reading of a trial in its present state. Undefined if it must be read first. */
  known(row: IndexRow): Reading | undefined;
  read(row: IndexRow): Promise<Reading>;
}

/** The reading of a trial that was not read yet. */
export const UNREAD: Reading = { epochs: [], testError: null, seconds: null };

/** Reads trials again only if they may have changed since the last time. */
export function createReadings(dir: string): Readings {
  const all = new Map<string, { readonly version: string; readonly reading: Reading }>();
  // While a trial is not running, its files stay as they are.
  const versionOf = ({ state, attempts, sha256 }: IndexRow): string => [state, attempts, sha256].join(' ');
  const known = (row: IndexRow): Reading | undefined => {
    const kept = row.state === 'running' ? undefined : all.get(row.id);
    return kept?.version === versionOf(row) ? kept.reading : undefined;
  };
  return {
    known,
    async read(row) {
      const { id, state } = row;
      const epochs = await readEpochs(dir, id);
      if (state === 'running') return { ...UNREAD, epochs };
      const { result } = await readTrial(dir, id);
      const seconds = (await readSeconds(dir, id)) ?? null;
      const reading = {
        epochs,
        testError: testErrorOf(result),
        seconds,
        ...(result ? { headline: headlineWords(result) } : {}),
      };
      all.set(id, { version: versionOf(row), reading });
      return reading;
    },
  };
}

/** Test error of the dense network, which is listed under every criterion, by its mean weights, or by its samples if it has none. */
function testErrorOf(result: TrialResult | undefined): number | null {
  const dense = result?.pruning.find(({ share }) => share === 0);
  const metrics = dense && mainEvaluation(dense)?.metrics;
  if (!result || !metrics) return null;
  const error = headlineError(headlineOf(result), metrics);
  return Number.isFinite(error) ? error : null;
}

export function rowOf(
  row: IndexRow,
  { trial }: PlannedTrial,
  hyperparameters: Hyperparameters,
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
    hyperparameters,
    curve: epochs.map((metrics) => pointOf(metrics, curve)),
  };
}

function pointOf(
  { epoch, trainError, trainNll, validationError, validationNll, loss }: EpochMetrics,
  curve: Snapshot['curve'],
): CurvePoint {
  const [error, nll] = curve === 'validation' ? [validationError, validationNll] : [trainError, trainNll];
  return [epoch, short(error), short(nll), short(loss)];
}

/** Six digits are enough for a curve, and keep the message small for thousands of trials. */
function short(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(6));
}
