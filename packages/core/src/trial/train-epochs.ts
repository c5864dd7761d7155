import {
  encodeCheckpoint,
  prefixed,
  readParams,
  restoreParams,
  type Stored,
} from '../checkpoint/trial-checkpoint.js';
import type { Splits } from '../data/split.js';
import { validate } from '../evaluation/predict.js';
import { weightsOf, type Model, type Params } from '../model/model.js';
import { disposeParams } from '../model/params.js';
import type { TrainingState } from '../model/trainer.js';
import { countWeights } from '../network/architecture.js';
import { takeSnapshot, type Snapshots } from '../procedure/snapshots.js';
import type { EpochMetrics } from '../result/result.js';
import { keptEpoch } from '../training/kept-epoch.js';
import { trainEpoch } from '../training/train.js';
import { procedurePart } from './go-on.js';
import type { OpenTrial } from './open-trial.js';
import type { TrialInput } from './run.js';
import { TrialStopped } from './stopped.js';

/** What has been trained so far, and the states that are kept for a procedure. */
export interface Progress {
  readonly epochs: EpochMetrics[];
  readonly snapshots: Snapshots;
  readonly wanted: ReadonlySet<number>;
}

/**
 * Trains the missing epochs and adds their metrics to `epochs`.
 * @param kept the best parameters so far, of a trial that goes on
 * @returns the best parameters if the trial selects by validation error
 */
export async function train(
  input: TrialInput,
  open: OpenTrial,
  state: TrainingState,
  splits: Splits,
  { epochs, snapshots, wanted }: Progress,
  kept: Stored | undefined,
): Promise<Stored | undefined> {
  const { trial, ops, hooks } = input;
  let best = kept;
  const keepSnapshot = (epoch: number): void => {
    if (wanted.has(epoch) && !snapshots.has(epoch)) snapshots.set(epoch, takeSnapshot(ops, state));
  };
  if (epochs.length === 0) keepSnapshot(0);
  for (let epoch = epochs.length; epoch < trial.training.epochs; epoch++) {
    const metrics = measuredEpoch(input, open, state, splits, epoch);
    epochs.push(metrics);
    if (trial.select === 'best' && keptEpoch(epochs, 'best') === metrics)
      best = readParams(ops, state.params);
    keepSnapshot(epoch + 1);
    await hooks?.onEpoch?.(metrics, () =>
      encodeCheckpoint(ops, open, epoch + 1, state, best, procedurePart(snapshots)),
    );
    if (hooks?.shouldStop?.('train')) throw new TrialStopped(epoch + 1);
  }
  return trial.select === 'best' ? best : undefined;
}

/** Trains for one epoch, and validates. @param epoch from 0 */
function measuredEpoch(
  input: TrialInput,
  open: OpenTrial,
  state: TrainingState,
  splits: Splits,
  epoch: number,
): EpochMetrics {
  const { trial, ops, hooks } = input;
  const { model, trainer, likelihood, keys } = open;
  const { epochs } = trial.training;
  const began = performance.now();
  const trained = trainEpoch(
    {
      ops,
      model,
      trainer,
      likelihood,
      state,
      examples: splits.train,
      training: trial.training,
      key: keys.training,
      startCost: () => startCost(input, open),
      onBatch: (share, trainNll) =>
        hooks?.onProgress?.({ phase: 'train', epoch: epoch + 1, epochs, share, trainNll }),
    },
    epoch,
  );
  const seconds = (performance.now() - began) / 1000;
  const kl = trainer.complexityCost(state.params, keys.complexity(epoch));
  return {
    epoch: epoch + 1,
    ...trained,
    kl,
    loss: trained.trainNll + kl / splits.train.rows.length,
    ...validationMetrics(input, open, state.params, splits),
    ...meanSigma(model, state.params),
    seconds,
  };
}

/**
 * Lets the trainer finish the selected parameters: a copy of the best ones, or the last ones in place, so that the checkpoint contains the
 * result.
 */
export function finished(
  { ops }: TrialInput,
  { trainer, keys }: OpenTrial,
  last: Params,
  { train }: Splits,
  best: Stored | undefined,
): Stored | undefined {
  if (!trainer.finish) return best;
  if (!best) {
    trainer.finish(last, train, keys.finish);
    return undefined;
  }
  const params = restoreParams(ops, prefixed('best', best), 'best', last);
  try {
    trainer.finish(params, train, keys.finish);
    return readParams(ops, params);
  } finally {
    disposeParams(ops, params);
  }
}

/** Mean complexity cost per weight at the start of training, in nats. */
function startCost({ ops }: TrialInput, { model, trainer, keys }: OpenTrial): number {
  const params = model.init(keys.init);
  try {
    return trainer.complexityCost(params, keys.complexity(0)) / countWeights({ weights: weightsOf(model) });
  } finally {
    disposeParams(ops, params);
  }
}

function validationMetrics(
  { ops, trial }: TrialInput,
  { model, likelihood, keys }: OpenTrial,
  params: Params,
  { validation }: Splits,
): Pick<EpochMetrics, 'validationError' | 'validationNll'> {
  const measured = validate(
    { ops, model, likelihood },
    params,
    validation,
    keys.evaluate,
    trial.prediction.samples,
  );
  return measured ? { validationError: measured.error, validationNll: measured.nll } : {};
}

function meanSigma(model: Model, params: Params): Pick<EpochMetrics, 'meanSigma'> {
  const sigmas = model.posterior(params).flatMap(({ sigma }) => (sigma ? [sigma] : []));
  if (sigmas.length === 0) return {};
  const count = sigmas.reduce((sum, sigma) => sum + sigma.length, 0);
  const total = sigmas.reduce((sum, sigma) => sigma.reduce((a, b) => a + b, sum), 0);
  return { meanSigma: total / count };
}
