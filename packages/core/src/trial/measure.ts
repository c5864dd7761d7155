import { scoreWeights } from '../prune/prune-model.js';
import { selectKeep } from '../prune/select.js';
import type { KeepMasks, Model, Params } from '../model/model.js';
import type { Trainer } from '../model/trainer.js';
import { fold, rootKey } from '../random/key.js';
import { cloneParams, disposeParams } from './checkpoint.js';
import { evaluate, type EvaluationSets } from './evaluate.js';
import { examplesByCertainty } from './examples.js';
import { firstLayerReport } from './first-layer.js';
import { validateMean } from './predict.js';
import type { PruningResult, TrialResult } from './result.js';
import type { TrialInput } from './run.js';
import type { Splits } from './split.js';
import { trainEpoch } from './train.js';

/** One network to measure: dense, or pruned by one criterion at one share. */
interface Job {
  readonly pruner: string;
  readonly share: number;
  readonly keep?: KeepMasks;
  readonly ranked: number;
}

/** Prunes the trained network at every share by every criterion and measures each on the test set, and on the validation images if there are any. */
export function measure(
  input: TrialInput,
  model: Model,
  trainer: Trainer,
  params: Params,
  splits: Splits,
  sets: EvaluationSets,
): Pick<TrialResult, 'pruning' | 'examplesByCertainty' | 'firstLayer'> {
  const { trial, hooks } = input;
  const key = rootKey(trial.seed);
  const jobs = planJobs(input, model, params);
  const evaluateAt = (at: Params) =>
    evaluate(input.ops, model, at, sets, trial.prediction.samples, fold(key, 'evaluate'));
  // Criteria share the dense network: it is measured once.
  const dense = evaluateAt(params);
  const validateAt = (at: Params) => validateMean(input.ops, model, at, splits.validation);
  const denseValidation = validateAt(params);
  const pruning = jobs.map((job, done): PruningResult => {
    hooks?.onProgress?.({
      phase: 'evaluate',
      epoch: trial.training.epochs,
      epochs: trial.training.epochs,
      share: done / jobs.length,
      trainNll: Number.NaN,
    });
    return withPruned(input, model, trainer, params, splits, job, (pruned, finetuned) => {
      const measured = job.keep ? evaluateAt(pruned) : dense;
      const validation = job.keep ? validateAt(pruned) : denseValidation;
      const layers = countZeros(model, pruned);
      const included = model.weights.filter(({ role }) => trial.pruning.include.includes(role));
      return {
        pruner: job.pruner,
        share: job.share,
        zeros: included.reduce((sum, { name }) => sum + layers[name]![0], 0),
        ranked: job.ranked,
        layers,
        evaluations: measured.evaluations,
        ...(validation ? { validation } : {}),
        finetuned,
      };
    });
  });
  const [layer] = model.posterior(params);
  const first = trial.pruning.pruners[0];
  const kept = jobs
    .filter(({ pruner }) => pruner === first?.use)
    .map(({ share, keep }) => ({ share, ...(keep?.[layer!.name] ? { keep: keep[layer!.name]! } : {}) }))
    .toSorted((a, b) => a.share - b.share);
  return {
    pruning,
    examplesByCertainty: examplesByCertainty(dense.uncertainty, sets.test, model.architecture.classes),
    firstLayer: firstLayerReport(layer!, kept),
  };
}

function planJobs({ trial, registry }: TrialInput, model: Model, params: Params): Job[] {
  const { pruners, shares, scope, include } = trial.pruning;
  const key = fold(rootKey(trial.seed), 'prune');
  return pruners.flatMap(({ use, options }): Job[] => {
    const scored = scoreWeights({ use, options }, registry, model, params, include, fold(key, use));
    const ranked = scored.reduce((sum, { scores }) => sum + scores.length, 0);
    return [0, ...shares.filter((share) => share > 0)].map((share) => ({
      pruner: use,
      share,
      ranked,
      ...(share > 0 ? { keep: selectKeep(scored, share, scope) } : {}),
    }));
  });
}

/** Hands a pruned (and, if the trial says so, fine-tuned) copy of the parameters to `use`. */
function withPruned<T>(
  { trial, ops }: TrialInput,
  model: Model,
  trainer: Trainer,
  params: Params,
  splits: Splits,
  { keep, pruner, share }: Job,
  use: (params: Params, finetuned: boolean) => T,
): T {
  const copy = cloneParams(ops, params);
  if (!keep) {
    try {
      return use(copy, false);
    } finally {
      disposeParams(ops, copy);
    }
  }
  model.prune(copy, keep);
  const { finetuneEpochs } = trial.pruning;
  const state = finetuneEpochs > 0 ? trainer.init(copy) : undefined;
  try {
    if (state) {
      // The stream is this network's own: shares are told apart in parts per million.
      const key = fold(rootKey(trial.seed), 'finetune', pruner, Math.round(share * 1e6));
      const training = { ...trial.training, epochs: finetuneEpochs };
      for (let epoch = 0; epoch < finetuneEpochs; epoch++) {
        trainEpoch({ ops, trainer, state, examples: splits.train, training, key, keep }, epoch);
      }
    }
    return use(copy, state !== undefined);
  } finally {
    if (state) disposeParams(ops, state.moments);
    disposeParams(ops, copy);
  }
}

/** Zeros and elements by weight name, counted in the tensors that the forward pass of the mean network reads. */
function countZeros(model: Model, params: Params): PruningResult['layers'] {
  const network = model.draw(params, 'mean');
  try {
    return Object.fromEntries(
      model.weights.map(({ name }) => {
        const values = network.weights[name]!.dataSync() as Float32Array;
        return [
          name,
          [values.reduce((zeros, value) => zeros + (value === 0 ? 1 : 0), 0), values.length] as const,
        ];
      }),
    );
  } finally {
    network.dispose();
  }
}
