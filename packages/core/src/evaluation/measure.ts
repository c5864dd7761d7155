import { prune } from '../prune/masks.js';
import { scoreWeights } from '../prune/prune-model.js';
import { selectKeep } from '../prune/select.js';
import type { Splits } from '../data/split.js';
import { BbbError } from '../errors.js';
import type { KeepMasks, Params } from '../model/model.js';
import { cloneParams, disposeMoments, disposeParams } from '../model/params.js';
import type { PruningResult, TrialResult } from '../result/result.js';
import { trainEpoch } from '../training/train.js';
import { fold } from '../random/key.js';
import type { OpenTrial } from '../trial/open-trial.js';
import type { TrialInput } from '../trial/run.js';
import { evaluate, type EvaluationSets } from './evaluate.js';
import { countZeros } from './drawn-weights.js';
import { firstLayerOf } from './first-layer.js';
import { validate } from './predict.js';

/** One network to measure: dense, or pruned by one criterion at one share. */
interface Job {
  readonly pruner: string;
  readonly share: number;
  readonly keep?: KeepMasks;
  readonly ranked: number;
}

/**
 * Prunes the trained network at every share by every criterion and measures each on the test set, and on the validation examples if
 * there are any.
 */
export function measure(
  input: TrialInput,
  open: OpenTrial,
  params: Params,
  splits: Splits,
  sets: EvaluationSets,
): Pick<TrialResult, 'pruning' | 'examplesByCertainty' | 'predictions' | 'firstLayer'> {
  const { trial, hooks, ops } = input;
  const { model, keys, likelihood } = open;
  const predicting = { ops, model, likelihood };
  const jobs = planJobs(input, open, params);
  const evaluateAt = (at: Params) => evaluate(predicting, at, sets, trial.prediction.samples, keys.evaluate);
  const validateAt = (at: Params) =>
    validate(predicting, at, splits.validation, keys.evaluate, trial.prediction.samples);
  // Criteria share the dense network: it is measured once.
  const dense = evaluateAt(params);
  const denseValidation = validateAt(params);
  const pruning = jobs.map((job, done): PruningResult => {
    hooks?.onProgress?.({
      phase: 'evaluate',
      epoch: trial.training.epochs,
      epochs: trial.training.epochs,
      share: done / jobs.length,
      trainNll: Number.NaN,
    });
    return withPruned(input, open, params, splits, job, (pruned, finetuned) => {
      const measured = job.keep ? evaluateAt(pruned) : dense;
      const validation = job.keep ? validateAt(pruned) : denseValidation;
      const layers = zerosOf(input, open, pruned, job.keep);
      const included = model.architecture.weights.filter(({ role }) => trial.pruning.include.includes(role));
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
  const first = trial.pruning.pruners[0];
  const firstLayer = firstLayerOf(
    open,
    params,
    jobs.filter(({ pruner }) => pruner === first?.use),
  );
  return {
    pruning,
    ...likelihood.examples(dense.prediction, sets.test),
    ...(firstLayer ? { firstLayer } : {}),
  };
}

function planJobs({ trial, registry }: TrialInput, { model, keys }: OpenTrial, params: Params): Job[] {
  const { pruners, shares, scope, include } = trial.pruning;
  return pruners.flatMap(({ use, options }): Job[] => {
    const scored = scoreWeights({ use, options }, registry, model, params, include, keys.prune(use));
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
  { model, trainer, likelihood, keys }: OpenTrial,
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
  prune(ops, model, copy, keep);
  const { finetuneEpochs } = trial.pruning;
  const state = finetuneEpochs > 0 ? trainer.init(copy) : undefined;
  try {
    if (state) {
      const run = { ops, model, trainer, likelihood, state, examples: splits.train, keep, fineTuning: true };
      // The stream is this network's own.
      const key = keys.finetune(pruner, share);
      const training = { ...trial.training, epochs: finetuneEpochs };
      for (let epoch = 0; epoch < finetuneEpochs; epoch++) {
        trainEpoch({ ...run, training, key }, epoch);
      }
      if (trainer.finish) {
        trainer.finish(copy, splits.train, fold(key, 'finish'));
        prune(ops, model, copy, keep);
      }
    }
    return use(copy, state !== undefined);
  } finally {
    if (state) disposeMoments(ops, state.moments);
    disposeParams(ops, copy);
  }
}

/**
 * Zeros and elements by weight name, counted in the tensors that forward passes read.
 * @throws BbbError `E_PRUNE_REVIVED` when a weight that was removed is none of the zeros
 */
function zerosOf(
  { ops, trial }: TrialInput,
  { model, keys }: OpenTrial,
  params: Params,
  keep: KeepMasks = {},
): PruningResult['layers'] {
  return countZeros(ops, model, params, keys.evaluate, (name, element) => {
    if (keep[name]?.[element] === 0) throw revived(trial.method.use, name, element);
  });
}

function revived(method: string, weight: string, element: number): BbbError {
  return new BbbError(
    'E_PRUNE_REVIVED',
    `Element ${element} of ${weight} was pruned, and the network of the method "${method}" has it again.`,
    {
      hint: 'Name the weight of every parameter in model.params, and what the parameter is where that is pruned.',
    },
  );
}
