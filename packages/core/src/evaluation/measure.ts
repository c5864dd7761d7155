import { prune } from '../prune/masks.js';
import { scoreWeights } from '../prune/prune-model.js';
import { pruneContext } from '../prune/context.js';
import { decide, type Removal, type Target } from '../prune/decide.js';
import { prunerLabel } from '../prune/label.js';
import { rankedOf } from '../prune/ranked.js';
import { updateKept } from '../prune/update.js';
import type { Splits } from '../data/split.js';
import { BbbError } from '../errors.js';
import { weightsOf, type KeepMasks, type Params } from '../model/model.js';
import { countWeights } from '../network/architecture.js';
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
  readonly suggested?: true;
  readonly layerShares?: readonly number[];
  readonly removal?: Removal;
  readonly keep?: KeepMasks;
  /** Gives the weights that are kept what the criterion has for them. */
  readonly update?: (params: Params) => void;
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
  const jobs = planJobs(input, open, params, splits);
  const taking = rankedOf(weightsOf(model), trial.pruning);
  const ranked = countWeights({ weights: taking });
  const names = new Set(taking.map(({ name, of = name }) => of));
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
      return {
        pruner: job.pruner,
        share: job.share,
        ...howPruned(job),
        zeros: [...names].reduce((sum, name) => sum + layers[name]![0], 0),
        ranked,
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
    jobs.filter(
      ({ pruner, suggested, layerShares }) =>
        pruner === (first && prunerLabel(first)) && !suggested && !layerShares,
    ),
  );
  return {
    pruning,
    ...likelihood.examples(dense.prediction, sets.test),
    ...(firstLayer ? { firstLayer } : {}),
  };
}

/** What else a row says of how its network came about. */
function howPruned({
  suggested,
  layerShares,
  removal,
}: Job): Pick<PruningResult, 'suggested' | 'layerShares' | 'units' | 'warnings'> {
  const { units = {}, warnings = [] } = removal ?? {};
  const counts = Object.entries(units).map(
    ([name, kept]) => [name, [kept.filter((one) => one === 0).length, kept.length] as const] as const,
  );
  return {
    ...(suggested ? { suggested } : {}),
    ...(layerShares ? { layerShares } : {}),
    ...(counts.length > 0 ? { units: Object.fromEntries(counts) } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

function planJobs(
  { trial, registry, ops }: TrialInput,
  { model, likelihood, keys }: OpenTrial,
  params: Params,
  splits: Splits,
): Job[] {
  const { pruners, shares, scope, layerShares = [] } = trial.pruning;
  const { architecture } = model;
  const source = { ops, model, likelihood, params, init: keys.init, examples: splits.train };
  const context = pruneContext(source);
  return pruners.flatMap((pruner): Job[] => {
    const label = prunerLabel(pruner);
    const scored = scoreWeights(pruner, registry, context, trial.pruning, keys.prune(label));
    const at = (target: Target): Pick<Job, 'removal' | 'keep' | 'update'> => {
      const removal = decide(scored, target, scope, architecture);
      const { keep } = removal;
      if (!scored.update) return { removal, keep };
      return {
        removal,
        keep,
        update: (copy) => updateKept(ops, model, copy, label, scored, keep, context),
      };
    };
    const found = (job: Pick<Job, 'removal' | 'keep' | 'update'>) => ({
      pruner: label,
      share: shareOf(job.keep!),
      ...job,
    });
    return [
      { pruner: label, share: 0 },
      ...shares.filter((share) => share > 0).map((share) => ({ pruner: label, share, ...at({ share }) })),
      ...layerShares.map((own) => ({ ...found(at({ layerShares: own })), layerShares: own })),
      ...(scored.suggested ? [{ ...found(at('suggested')), suggested: true as const }] : []),
    ];
  });
}

/** The share of the weights that masks remove. */
function shareOf(keep: KeepMasks): number {
  const masks = Object.values(keep);
  const removed = masks.reduce((sum, mask) => mask.reduce((own, kept) => own + 1 - kept, sum), 0);
  return removed / masks.reduce((sum, { length }) => sum + length, 0);
}

/** Hands a pruned (and, if the trial says so, fine-tuned) copy of the parameters to `use`. */
function withPruned<T>(
  { trial, ops }: TrialInput,
  { model, trainer, likelihood, keys }: OpenTrial,
  params: Params,
  splits: Splits,
  { keep, pruner, share, update }: Job,
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
  update?.(copy);
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
