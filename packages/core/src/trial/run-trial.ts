import { createHash } from 'node:crypto';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  prefixed,
  readParams,
  restoreMoments,
  restoreParams,
  type ProcedurePart,
  type Stored,
} from '../checkpoint/trial-checkpoint.js';
import type { Dataset } from '../data/dataset.js';
import { targetsOf } from '../data/examples.js';
import { splitData, testExamples, type Splits } from '../data/split.js';
import type { EvaluationSets } from '../evaluation/evaluate.js';
import { measure } from '../evaluation/measure.js';
import { validate, withNetwork } from '../evaluation/predict.js';
import { snrReport, weightReport } from '../evaluation/weights.js';
import { cloneParams, disposeParams, disposeState } from '../model/params.js';
import { weightsOf, type Model, type Params } from '../model/model.js';
import type { TrainingState } from '../model/trainer.js';
import { countWeights } from '../network/architecture.js';
import { planProcedure } from '../procedure/plan.js';
import { decodePosition, encodePosition, type Position } from '../procedure/position.js';
import {
  epochsToKeep,
  snapshotsFrom,
  snapshotTensors,
  takeSnapshot,
  type Snapshots,
} from '../procedure/snapshots.js';
import { checkCriteria } from '../prune/prune-model.js';
import { environment } from '../result/environment.js';
import { describeData } from '../result/describe-data.js';
import type { EpochMetrics, TrialResult, WeightReport } from '../result/result.js';
import { keptEpoch } from '../training/kept-epoch.js';
import { trainEpoch } from '../training/train.js';
import { checkInput, checkResume } from './check-input.js';
import { trialId } from './id.js';
import { trialKeys } from './keys.js';
import { openTrial, type OpenTrial } from './open-trial.js';
import type { RunTrial, TrialInput } from './run.js';
import { TrialStopped } from './stopped.js';

/**
 * Trains, selects, prunes and measures one trial. Result and checkpoint are pure functions of the trial (except measured times and
 * `environment`), whether it ran at once or was resumed.
 *
 * @throws BbbError `E_TRIAL`, `E_OPTIONS`, `E_UNKNOWN_NAME`, `E_PRUNER_UNFIT` for a trial that does not fit; `E_TRIAL_INPUT`,
 *   `E_DATA_SPLIT`, `E_DATA_MISMATCH`, `E_DATA_NAME`, `E_NETWORK`, `E_LIKELIHOOD` for one that these data or ops do not fit;
 *   `E_CHECKPOINT_MISMATCH` for a checkpoint that it can't go on from; `E_METHOD`, `E_PRUNER_SHAPE`, `E_PRUNE_SCORE`,
 *   `E_PRUNE_REVIVED` for a plugin that does what it should not; `E_DIVERGED` when the loss is no longer a number; {@link TrialStopped}
 */
export const runTrial: RunTrial = async (input) => {
  const started = performance.now();
  checkInput(input);
  const { trial, registry, dataset, outOfDistribution, ops, hooks } = input;
  const splits = splitData(dataset, trial.data, trialKeys(trial.seed).split);
  const { inputShape, target } = dataset;
  const { preprocessing } = splits.train;
  const open = openTrial(trial, { inputShape, target, preprocessing }, input);
  const { model, trainer, keys } = open;

  const state = trainer.init(model.init(keys.init));
  try {
    const weights: WeightReport[] = reportWeights(input, open, state.params, 'initial');
    const { epochs, best, snapshots, from } = goOn(input, state);
    checkCriteria(trial.pruning, registry, model.posterior(state.params));
    const chains = planProcedure(trial, registry);
    const progress = { epochs, snapshots, wanted: epochsToKeep(chains) };
    const trained = await train(input, open, state, splits, progress, best);
    const selected = finished(input, open, state.params, splits, trained);
    const checkpoint = encodeCheckpoint(ops, open, trial.training.epochs, state, selected);
    const params = selected
      ? restoreParams(ops, decodeCheckpoint(checkpoint).tensors, 'best', state.params)
      : cloneParams(ops, state.params);
    try {
      weights.push(...reportWeights(input, open, params, 'final'));
      const measured = await measure({
        input,
        open,
        params,
        splits,
        sets: evaluationSets(input, splits),
        chains,
        snapshots,
        ...(from ? { from } : {}),
        async onEpoch(position) {
          const { epochs: last } = trial.training;
          const part = (): ProcedurePart => procedurePart(snapshots, position());
          await hooks?.onProcedureEpoch?.(() => encodeCheckpoint(ops, open, last, state, selected, part()));
          if (hooks?.shouldStop?.()) throw new TrialStopped(last);
        },
      });
      const snr = snrReport(model.posterior(params));
      const logEvidence = model.logEvidence?.(params);
      const bestEpoch = keptEpoch(epochs, 'best')?.epoch;
      const result: TrialResult = {
        format: 'bbb-result/1',
        id: trialId(trial),
        trial,
        parameters: countWeights({ weights: weightsOf(model) }),
        ...describeData(dataset, open.likelihood),
        baseline: open.likelihood.baseline(
          targetsOf(splits.train, splits.train.rows),
          targetsOf(splits.test, splits.test.rows),
        ),
        examples: {
          train: splits.train.rows.length,
          validation: splits.validation.rows.length,
          test: splits.test.rows.length,
        },
        epochs,
        ...(bestEpoch === undefined ? {} : { bestEpoch }),
        ...measured.result,
        weights,
        ...(snr ? { snr } : {}),
        ...(Number.isFinite(logEvidence) ? { logEvidence: logEvidence! } : {}),
        checkpointSha256: createHash('sha256').update(checkpoint).digest('hex'),
        checkpointBytes: checkpoint.byteLength,
        dataset: dataset.name,
        dataSha256: dataset.sha256,
        ...(outOfDistribution ? { outOfDistributionSha256: outOfDistribution.sha256 } : {}),
        environment: environment((performance.now() - started) / 1000, measured.latency),
      };
      return { result, checkpoint };
    } finally {
      disposeParams(ops, params);
    }
  } finally {
    disposeState(ops, state);
    trainer.dispose();
  }
};

/** The examples that the networks of a trial are measured on. */
function evaluationSets({ trial, outOfDistribution }: TrialInput, splits: Splits): EvaluationSets {
  return {
    test: splits.test,
    validation: splits.validation,
    outOfDistribution: outside(outOfDistribution, splits),
    // A network that was selected by these examples is better on them than on others, so they can't calibrate it.
    ...(trial.select === 'last' || trial.data.calibration !== undefined
      ? { calibration: splits.calibration }
      : {}),
  };
}

function outside(dataset: Dataset | undefined, { train }: Splits): Record<string, Splits['test']> {
  return dataset ? { [dataset.name]: testExamples(dataset, train.preprocessing) } : {};
}

/** The state that a trial goes on from. */
interface GoneOn {
  readonly epochs: EpochMetrics[];
  readonly best: Stored | undefined;
  readonly snapshots: Snapshots;
  /** How far its procedure was, if that had begun. */
  readonly from?: Position;
}

/** Copies a stored checkpoint into the state, if there is one. */
function goOn({ trial, ops, resume }: TrialInput, state: TrainingState): GoneOn {
  if (!resume) return { epochs: [], best: undefined, snapshots: new Map() };
  const stored = decodeCheckpoint(resume.checkpoint);
  checkResume(trial, stored, resume);
  const kept = restoreParams(ops, stored.tensors, 'params', state.params);
  for (const [name, x] of Object.entries(kept)) ops.copy(state.params[name]!, x);
  disposeParams(ops, kept);
  restoreMoments(ops, stored.tensors, state.moments);
  state.step = stored.step;
  const best = Object.entries(stored.tensors)
    .filter(([name]) => name.startsWith('best.'))
    .map(([name, tensor]) => [name.slice('best.'.length), tensor] as const);
  return {
    epochs: resume.epochs.slice(0, stored.epoch),
    best: best.length > 0 && trial.select === 'best' ? Object.fromEntries(best) : undefined,
    snapshots: snapshotsFrom(stored.tensors, stored.kept ?? {}),
    ...(stored.procedure === undefined ? {} : { from: decodePosition(stored.procedure, stored.tensors) }),
  };
}

/** The part of a checkpoint for a procedure: the states that it will go back to and, once it has begun, how far it is. */
function procedurePart(snapshots: Snapshots, position?: Position): ProcedurePart {
  const at = position && encodePosition(position);
  const steps = Object.fromEntries([...snapshots].map(([epoch, { step }]) => [epoch, step]));
  return {
    metadata: {
      ...(snapshots.size > 0 ? { kept: JSON.stringify(steps) } : {}),
      ...(at ? { procedure: at.record } : {}),
    },
    tensors: { ...snapshotTensors(snapshots), ...at?.tensors },
  };
}

/** What has been trained so far, and the states that are kept for a procedure. */
interface Progress {
  readonly epochs: EpochMetrics[];
  readonly snapshots: Snapshots;
  readonly wanted: ReadonlySet<number>;
}

/** Trains the missing epochs and adds their metrics to `epochs`. Returns the best parameters if the trial selects by validation error. */
async function train(
  input: TrialInput,
  open: OpenTrial,
  state: TrainingState,
  splits: Splits,
  { epochs, snapshots, wanted }: Progress,
  kept: Stored | undefined,
): Promise<Stored | undefined> {
  const { trial, ops, hooks } = input;
  const { model, trainer, likelihood, keys } = open;
  let best = kept;
  const keepSnapshot = (epoch: number): void => {
    if (wanted.has(epoch) && !snapshots.has(epoch)) snapshots.set(epoch, takeSnapshot(ops, state));
  };
  if (epochs.length === 0) keepSnapshot(0);
  for (let epoch = epochs.length; epoch < trial.training.epochs; epoch++) {
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
    const kl = trainer.complexityCost(state.params, keys.complexity(epoch));
    const metrics: EpochMetrics = {
      epoch: epoch + 1,
      ...trained,
      kl,
      loss: trained.trainNll + kl / splits.train.rows.length,
      ...validationMetrics(input, open, state.params, splits),
      ...meanSigma(model, state.params),
      seconds,
    };
    epochs.push(metrics);
    if (trial.select === 'best' && keptEpoch(epochs, 'best') === metrics)
      best = readParams(ops, state.params);
    keepSnapshot(epoch + 1);
    await hooks?.onEpoch?.(metrics, () =>
      encodeCheckpoint(ops, open, epoch + 1, state, best, procedurePart(snapshots)),
    );
    if (hooks?.shouldStop?.()) throw new TrialStopped(epoch + 1);
  }
  return trial.select === 'best' ? best : undefined;
}

/**
 * Lets the trainer finish the selected parameters: a copy of the best ones, or the last ones in place, so that the checkpoint contains the
 * result.
 */
function finished(
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

function reportWeights(
  { ops }: TrialInput,
  { model, keys }: OpenTrial,
  params: Params,
  when: WeightReport['when'],
): WeightReport[] {
  const names = model.architecture.weights.map(({ name }) => name);
  const draws = [
    ...((model.hasMean ?? true) ? ['mean' as const] : []),
    ...(model.stochastic || model.hasMean === false ? ['sample' as const] : []),
  ];
  return draws.map((draw) =>
    withNetwork(model, params, draw === 'mean' ? 'mean' : keys.weights(when), (network) =>
      weightReport(ops, network, names, when, draw),
    ),
  );
}
