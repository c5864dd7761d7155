import { createHash } from 'node:crypto';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  restoreParams,
  type ProcedurePart,
} from '../checkpoint/trial-checkpoint.js';
import type { Dataset } from '../data/dataset.js';
import { targetsOf } from '../data/examples.js';
import { splitData, testExamples, type Splits } from '../data/split.js';
import type { EvaluationSets } from '../evaluation/evaluate.js';
import { measure, type Measured } from '../evaluation/measure.js';
import { withNetwork } from '../evaluation/predict.js';
import { snrReport, weightReport } from '../evaluation/weights.js';
import { cloneParams, disposeParams, disposeState } from '../model/params.js';
import { weightsOf, type Params } from '../model/model.js';
import { countWeights } from '../network/architecture.js';
import { planProcedure } from '../procedure/plan.js';
import { epochsToKeep } from '../procedure/snapshots.js';
import { checkCriteria } from '../prune/prune-model.js';
import { environment } from '../result/environment.js';
import { describeData } from '../result/describe-data.js';
import type { EpochMetrics, TrialResult, WeightReport } from '../result/result.js';
import { keptEpoch } from '../training/kept-epoch.js';
import { checkInput } from './check-input.js';
import { goOn, procedurePart } from './go-on.js';
import { trialId } from './id.js';
import { trialKeys } from './keys.js';
import { openTrial, type OpenTrial } from './open-trial.js';
import type { RunTrial, TrialInput } from './run.js';
import { TrialStopped } from './stopped.js';
import { finished, train } from './train-epochs.js';

/**
 * Trains, selects, prunes and measures one trial. Result and checkpoint are pure functions of the trial (except measured times and
 * `environment`), whether it ran at once or was resumed.
 *
 * @throws BbbError `E_TRIAL`, `E_OPTIONS`, `E_UNKNOWN_NAME`, `E_PRUNER_UNFIT` for a trial that does not fit; `E_TRIAL_INPUT`,
 *   `E_DATA_SPLIT`, `E_DATA_MISMATCH`, `E_DATA_NAME`, `E_NETWORK`, `E_LIKELIHOOD` for a trial that does not fit these data or ops;
 * `E_CHECKPOINT_MISMATCH` for a checkpoint from which the trial can't go on; `E_METHOD`, `E_PRUNER_SHAPE`, `E_PRUNE_SCORE`,
 * `E_PRUNE_REVIVED` for a plugin that does what it should not; `E_DIVERGED` when the loss is no longer a number; {@link TrialStopped}
 */
export const runTrial: RunTrial = async (input) => {
  const started = performance.now();
  checkInput(input);
  const { trial, registry, dataset, ops } = input;
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
    const stored = (part?: ProcedurePart): Uint8Array =>
      encodeCheckpoint(ops, open, trial.training.epochs, state, selected, part);
    const checkpoint = stored();
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
        onEpoch: (position) => storeOrStop(input, () => stored(procedurePart(snapshots, position()))),
      });
      const seconds = (performance.now() - started) / 1000;
      const result = resultOf(input, open, splits, {
        params,
        epochs,
        weights,
        measured,
        checkpoint,
        seconds,
      });
      return { result, checkpoint };
    } finally {
      disposeParams(ops, params);
    }
  } finally {
    disposeState(ops, state);
    trainer.dispose();
  }
};

/** After an epoch of the procedure: offers a checkpoint, and stops the trial if that was asked for. */
async function storeOrStop({ trial, hooks }: TrialInput, checkpoint: () => Uint8Array): Promise<void> {
  await hooks?.onProcedureEpoch?.(checkpoint);
  if (hooks?.shouldStop?.('train')) throw new TrialStopped(trial.training.epochs);
}

/** The outcome of training. */
interface Outcome {
  /** The selected parameters. */
  readonly params: Params;
  readonly epochs: readonly EpochMetrics[];
  readonly weights: readonly WeightReport[];
  readonly measured: Measured;
  readonly checkpoint: Uint8Array;
  /** Time of the whole trial, in seconds. */
  readonly seconds: number;
}

function resultOf(
  { trial, dataset, outOfDistribution }: TrialInput,
  { model, likelihood }: OpenTrial,
  { train: training, validation, test }: Splits,
  { params, epochs, weights, measured, checkpoint, seconds }: Outcome,
): TrialResult {
  const snr = snrReport(model.posterior(params));
  const logEvidence = model.logEvidence?.(params);
  const bestEpoch = keptEpoch(epochs, 'best')?.epoch;
  return {
    format: 'bbb-result/1',
    id: trialId(trial),
    trial,
    parameters: countWeights({ weights: weightsOf(model) }),
    ...describeData(dataset, likelihood),
    baseline: likelihood.baseline(targetsOf(training, training.rows), targetsOf(test, test.rows)),
    examples: { train: training.rows.length, validation: validation.rows.length, test: test.rows.length },
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
    environment: environment(seconds, measured.latency),
  };
}

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
