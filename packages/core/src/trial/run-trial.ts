import { createHash } from 'node:crypto';
import { countWeights, type Architecture } from '../model/architecture.js';
import type { Model, Params } from '../model/model.js';
import type { Trainer, TrainingState } from '../model/trainer.js';
import { parseOptions } from '../plugin/options.js';
import { checkedMethod } from '../plugin/returned/index.js';
import { checkCriteria } from '../prune/prune-model.js';
import { fold, rootKey } from '../random/key.js';
import {
  cloneParams,
  decodeCheckpoint,
  disposeParams,
  encodeCheckpoint,
  readParams,
  restoreParams,
  type Stored,
} from './checkpoint.js';
import { checkInput, checkResume } from './check-input.js';
import { environment } from './environment.js';
import { trialId } from './id.js';
import { keptEpoch } from './kept-epoch.js';
import { measure } from './measure.js';
import { validateMean } from './predict.js';
import type { EpochMetrics, TrialResult, WeightReport } from './result.js';
import type { RunTrial, TrialInput } from './run.js';
import { splitData, testExamples, type Splits } from './split.js';
import { TrialStopped } from './stopped.js';
import { trainEpoch, type Examples } from './train.js';
import { snrReport, weightReport } from './weights.js';

/**
 * Trains, selects, prunes and measures one trial. The result and the checkpoint are pure functions of the trial (times
 * and `environment` apart), whether it ran at once or was resumed.
 *
 * @throws BbbError `E_TRIAL`, `E_OPTIONS`, `E_UNKNOWN_NAME`, `E_PRUNER_UNFIT` for a trial that does not fit; `E_TRIAL_INPUT`,
 *   `E_DATA_SPLIT`, `E_DATA_SHAPE`, `E_DATA_NAME` for one that these data or ops do not fit; `E_CHECKPOINT_MISMATCH` for a
 *   checkpoint that it can't go on from; `E_METHOD`, `E_PRUNER_SHAPE`, `E_PRUNE_SCORE` for a plugin that returns what it should not;
 *   `E_DIVERGED` when the loss is no longer a number; {@link TrialStopped}
 */
export const runTrial: RunTrial = async (input) => {
  const started = performance.now();
  checkInput(input);
  const { trial, registry, dataset, ops } = input;
  const key = rootKey(trial.seed);
  const method = registry.get('methods', trial.method.use);
  const architecture: Architecture = {
    inputs: dataset.rows * dataset.cols,
    hidden: trial.hidden,
    classes: dataset.classes,
  };
  const { model, trainer } = checkedMethod(
    trial.method.use,
    method.create(parseOptions(trial.method.use, method.options, trial.method.options), {
      architecture,
      ops,
      optimizer: trial.training.optimizer,
      batchSize: trial.training.batchSize,
    }),
  );
  const splits = splitData(dataset, trial.data, fold(key, 'split'));

  const state = trainer.init(model.init(fold(key, 'init')));
  try {
    const weights: WeightReport[] = reportWeights(input, model, state.params, 'initial');
    const { epochs, best } = goOn(input, state);
    checkCriteria(trial.pruning, registry, model.posterior(state.params));
    const selected = await train(input, model, trainer, state, splits, epochs, best);
    const checkpoint = encodeCheckpoint(trial, trial.training.epochs, state, selected);
    const params = selected
      ? restoreParams(ops, decodeCheckpoint(checkpoint).tensors, 'best', state.params)
      : cloneParams(ops, state.params);
    try {
      weights.push(...reportWeights(input, model, params, 'final'));
      const measured = measure(input, model, trainer, params, splits, {
        test: splits.test,
        outOfDistribution: input.outOfDistribution
          ? { [input.outOfDistribution.name]: testExamples(input.outOfDistribution, trial.data.divisor) }
          : {},
      });
      const snr = snrReport(model.posterior(params));
      const bestEpoch = keptEpoch(epochs, 'best')?.epoch;
      const result: TrialResult = {
        format: 'bbb-result/1',
        id: trialId(trial),
        trial,
        parameters: countWeights(architecture),
        imageShape: [dataset.rows, dataset.cols],
        baseline: largestClass(splits.test),
        examples: {
          train: splits.train.rows.length,
          validation: splits.validation.rows.length,
          test: splits.test.rows.length,
        },
        epochs,
        ...(bestEpoch === undefined ? {} : { bestEpoch }),
        ...measured,
        weights,
        ...(snr ? { snr } : {}),
        checkpointSha256: createHash('sha256').update(checkpoint).digest('hex'),
        dataset: dataset.name,
        dataSha256: dataset.sha256,
        ...(input.outOfDistribution ? { outOfDistributionSha256: input.outOfDistribution.sha256 } : {}),
        environment: environment((performance.now() - started) / 1000),
      };
      return { result, checkpoint };
    } finally {
      disposeParams(ops, params);
    }
  } finally {
    disposeParams(ops, state.params);
    disposeParams(ops, state.moments);
    trainer.dispose();
  }
};

/** Share of the examples that the most frequent class has. */
function largestClass({ labels, rows }: Examples): number {
  const counts = new Uint32Array(256);
  for (const row of rows) counts[labels[row]!]!++;
  return Math.max(...counts) / rows.length;
}

/** Fills the state with what was stored, if something was. */
function goOn(
  { trial, ops, resume }: TrialInput,
  state: TrainingState,
): { epochs: EpochMetrics[]; best: Stored | undefined } {
  if (!resume) return { epochs: [], best: undefined };
  const stored = decodeCheckpoint(resume.checkpoint);
  checkResume(trial, stored, resume);
  for (const part of ['params', 'moments'] as const) {
    const kept = restoreParams(ops, stored.tensors, part, state[part]);
    for (const [name, tensor] of Object.entries(kept)) ops.copy(state[part][name]!, tensor);
    disposeParams(ops, kept);
  }
  state.step = stored.step;
  const best = Object.entries(stored.tensors)
    .filter(([name]) => name.startsWith('best.'))
    .map(([name, tensor]) => [name.slice('best.'.length), tensor] as const);
  return {
    epochs: resume.epochs.slice(0, stored.epoch),
    best: best.length > 0 && trial.select === 'best' ? Object.fromEntries(best) : undefined,
  };
}

/** Trains the epochs that are missing, adding to `epochs`; gives the best parameters where the trial selects them. */
async function train(
  input: TrialInput,
  model: Model,
  trainer: Trainer,
  state: TrainingState,
  splits: Splits,
  epochs: EpochMetrics[],
  kept: Stored | undefined,
): Promise<Stored | undefined> {
  const { trial, ops, hooks } = input;
  const key = rootKey(trial.seed);
  let best = kept;
  for (let epoch = epochs.length; epoch < trial.training.epochs; epoch++) {
    const began = performance.now();
    const trained = trainEpoch(
      {
        ops,
        trainer,
        state,
        examples: splits.train,
        training: trial.training,
        key,
        startCost: () => startCost(input, model, trainer),
        onBatch: (share, trainNll) =>
          hooks?.onProgress?.({
            phase: 'train',
            epoch: epoch + 1,
            epochs: trial.training.epochs,
            share,
            trainNll,
          }),
      },
      epoch,
    );
    const seconds = (performance.now() - began) / 1000;
    const kl = trainer.complexityCost(state.params, fold(key, 'complexity', epoch));
    const metrics: EpochMetrics = {
      epoch: epoch + 1,
      ...trained,
      kl,
      loss: trained.trainNll + kl / splits.train.rows.length,
      ...validationMetrics(input, model, state.params, splits),
      ...meanSigma(model, state.params),
      seconds,
    };
    epochs.push(metrics);
    if (trial.select === 'best' && keptEpoch(epochs, 'best') === metrics) best = readParams(state.params);
    await hooks?.onEpoch?.(metrics, () => encodeCheckpoint(trial, epoch + 1, state, best));
    if (hooks?.shouldStop?.()) throw new TrialStopped(epoch + 1);
  }
  return trial.select === 'best' ? best : undefined;
}

/** Mean complexity cost of a weight as the training began, nats. */
function startCost({ trial, ops }: TrialInput, model: Model, trainer: Trainer): number {
  const key = rootKey(trial.seed);
  const params = model.init(fold(key, 'init'));
  try {
    return trainer.complexityCost(params, fold(key, 'complexity', 0)) / countWeights(model.architecture);
  } finally {
    disposeParams(ops, params);
  }
}

function validationMetrics(
  { ops }: TrialInput,
  model: Model,
  params: Params,
  { validation }: Splits,
): Pick<EpochMetrics, 'validationError' | 'validationNll'> {
  const measured = validateMean(ops, model, params, validation);
  return measured ? { validationError: measured.error, validationNll: measured.nll } : {};
}

function meanSigma(model: Model, params: Params): Pick<EpochMetrics, 'meanSigma'> {
  const sigmas = model.posterior(params).flatMap(({ sigma }) => (sigma ? [sigma] : []));
  if (sigmas.length === 0) return {};
  const count = sigmas.reduce((sum, sigma) => sum + sigma.length, 0);
  const total = sigmas.reduce((sum, sigma) => sigma.reduce((a, b) => a + b, sum), 0);
  return { meanSigma: total / count };
}

function reportWeights(
  { trial }: TrialInput,
  model: Model,
  params: Params,
  when: WeightReport['when'],
): WeightReport[] {
  const names = model.weights.map(({ name }) => name);
  const key = fold(rootKey(trial.seed), 'weights', when);
  return (model.stochastic ? (['mean', 'sample'] as const) : (['mean'] as const)).map((draw) => {
    const network = model.draw(params, draw === 'mean' ? 'mean' : key);
    try {
      return weightReport(network, names, when, draw);
    } finally {
      network.dispose();
    }
  });
}
