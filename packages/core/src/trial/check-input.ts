import { z } from 'zod';
import { BbbError } from '../errors.js';
import { checkedDataset } from '../plugin/returned/dataset.js';
import { canonicalJson } from '../canonical-json.js';
import type { TrialCheckpoint } from '../checkpoint/trial-checkpoint.js';
import type { TrialInput, TrialResume } from './run.js';
import { trialSchema } from './schema.js';
import { checkData } from '../data/split.js';
import type { Trial } from './trial.js';
import { safeParse } from '../safe-parse.js';

/**
 * Checks the form of a trial. Without this check, a misspelt name or a number out of range would give another experiment with another id,
 * or fail only after training.
 * @param trial the whole description of the experiment: data, network, method, training, pruning, seed
 * @throws BbbError `E_TRIAL` naming every member that does not fit
 */
export function checkTrial(trial: Trial): void {
  const parsed = safeParse(trialSchema, trial);
  if (parsed.success) return;
  throw new BbbError('E_TRIAL', `The trial does not fit: ${z.prettifyError(parsed.error)}`, {
    hint: 'planSweep() of @bbb/sweep makes complete trials of a short configuration.',
  });
}

/**
 * Checks that a trial can run with its data and ops.
 * @throws BbbError `E_TRIAL`; `E_TRIAL_INPUT` for ops with other numerics, and for an out-of-distribution set that is missing or not named;
 *   `E_DATASET`; also what {@link checkData} throws
 */
export function checkInput({ trial, dataset, outOfDistribution, ops }: TrialInput): void {
  checkTrial(trial);
  const misfit = (message: string, hint: string): BbbError =>
    new BbbError('E_TRIAL_INPUT', message, { hint });
  // The float64 ops of tests can replace both kinds.
  if (ops.name !== 'reference' && (ops.name === 'wasm-relaxed') !== (trial.numerics === 'relaxed')) {
    throw misfit(
      `The trial needs ${trial.numerics} numerics, but these ops are "${ops.name}".`,
      `Start them with startBackend('${trial.numerics}').`,
    );
  }
  const named = trial.data.outOfDistribution;
  if (named && !outOfDistribution) {
    throw misfit(
      `The trial names the out-of-distribution set "${named.use}", but none is given.`,
      'Load it, and give it as outOfDistribution.',
    );
  }
  if (!named && outOfDistribution) {
    throw misfit(
      `The trial names no out-of-distribution set, but "${outOfDistribution.name}" is given.`,
      'Name it in trial.data.outOfDistribution: the id of a trial covers everything that its result depends on.',
    );
  }
  // Sets that a program made in memory have not been checked yet.
  for (const set of [dataset, ...(outOfDistribution ? [outOfDistribution] : [])])
    checkedDataset(set.name, set);
  checkData(dataset, trial.data, outOfDistribution);
}

/**
 * Checks that a trial can go on from a checkpoint.
 * @throws BbbError `E_CHECKPOINT_MISMATCH` for a checkpoint of another trial, or if metrics of epochs before it are missing
 */
export function checkResume(
  trial: Trial,
  stored: TrialCheckpoint,
  { epochs }: Pick<TrialResume, 'epochs'>,
): void {
  const problem =
    canonicalJson(stored.trial) !== canonicalJson(trial)
      ? 'it is of another trial'
      : stored.epoch > trial.training.epochs
        ? `it is of epoch ${stored.epoch}, after the last one`
        : epochs.length < stored.epoch
          ? `it is of epoch ${stored.epoch}, but the metrics are of ${epochs.length} epochs`
          : undefined;
  if (problem === undefined) return;
  throw new BbbError('E_CHECKPOINT_MISMATCH', `The trial can't go on from this checkpoint: ${problem}.`, {
    hint: 'Give the checkpoint that onEpoch received and the metrics of all epochs up to it, or start over without resume.',
  });
}
