import { BbbError } from '../errors.js';
import type { Splits } from '../data/split.js';
import { weightsOf, type KeepMasks, type Params } from '../model/model.js';
import { countWeights } from '../network/architecture.js';
import type { PlannedChain } from '../procedure/plan.js';
import type { MeasuredRow, Position } from '../procedure/position.js';
import { runProcedure, workOfChains, type PrunedTo } from '../procedure/run.js';
import type { Snapshots } from '../procedure/snapshots.js';
import { byMember } from '../model/members.js';
import { unitGroups } from '../network/units.js';
import { aliveIn } from '../prune/compact.js';
import { activePaths } from '../prune/paths.js';
import { prunerLabel } from '../prune/label.js';
import { rankedOf } from '../prune/ranked.js';
import type { Latency, PathReport, PruningResult, TrialResult } from '../result/result.js';
import type { OpenTrial } from '../trial/open-trial.js';
import type { TrialInput } from '../trial/run.js';
import { TrialStopped } from '../trial/stopped.js';
import { compactNetwork } from './compact.js';
import { countZeros } from './drawn-weights.js';
import { evaluate, rowsAsked, type Evaluated, type EvaluationSets } from './evaluate.js';
import { firstLayerOf } from './first-layer.js';
import { keepInputs, type KeptInputs } from './kept-inputs.js';
import { measuringProgress } from './progress.js';
import { bytesOf } from './sizes.js';

/** Everything that is needed to prune and measure a trained network. */
export interface Measuring {
  readonly input: TrialInput;
  readonly open: OpenTrial;
  /** The parameters that the trial selected. */
  readonly params: Params;
  readonly splits: Splits;
  readonly sets: EvaluationSets;
  readonly chains: readonly PlannedChain[];
  readonly snapshots: Snapshots;
  /** The position at which an earlier run was stopped. */
  readonly from?: Position;
  /** Awaited after each epoch that a procedure trains. */
  onEpoch(position: () => Position): Promise<void> | void;
}

/** The part of a result that is about the networks of a trial. */
export interface Measured {
  readonly result: Pick<TrialResult, 'pruning' | 'examplesByCertainty' | 'predictions' | 'firstLayer'>;
  /** Times of the networks that were made smaller. */
  readonly latency: readonly Latency[];
}

/**
 * Measures the trained network. Then it runs the trial's procedure with every criterion, and measures each resulting network on the test set
 * and, if there are any, on the validation examples.
 */
export async function measure(measuring: Measuring): Promise<Measured> {
  const inputs = keepInputs(measuring.input.ops);
  try {
    return await measureOn(measuring, inputs);
  } finally {
    inputs.dispose();
  }
}

async function measureOn(measuring: Measuring, inputs: KeptInputs): Promise<Measured> {
  const { input, open, params, splits, chains, snapshots, from } = measuring;
  const { trial, hooks, ops } = input;
  const { model, keys, likelihood } = open;
  const predicting = { ops, model, likelihood, inputs };
  const { samples } = trial.prediction;
  const row = rowMaker(measuring);
  const { epochs } = trial.training;
  const progress = measuringProgress(
    measuring.sets,
    rowsAsked(open, measuring.sets, samples, keys.evaluate),
    workOfChains(chains),
    (share) => {
      hooks?.onProgress?.({ phase: 'evaluate', epoch: epochs, epochs, share, trainNll: Number.NaN });
      // Measuring many networks may take minutes, so a request to stop does not wait for its end.
      if (hooks?.shouldStop?.('evaluate')) throw new TrialStopped(epochs);
    },
  );
  const { sets } = progress;
  // The dense network is the same for all criteria, so it is measured once.
  const dense = evaluate(predicting, params, sets, samples, keys.evaluate);
  const denseRow = row(
    { label: '', target: { share: 0 }, params, keep: {}, warnings: [], finetuned: false },
    dense,
  );
  const first = trial.pruning.pruners[0];
  const measured = await runProcedure({
    input,
    open,
    splits,
    chains,
    trained: params,
    snapshots,
    ...(from ? { from } : {}),
    measure(pruned) {
      const measured = evaluate(predicting, pruned.params, sets, samples, keys.evaluate);
      const small = pruned.units && compactNetwork(input, open, pruned.params, splits);
      const made = row(pruned, measured);
      const shown = first && pruned.label === prunerLabel(first) && firstMaskOf(open, pruned);
      return {
        row: { ...made, ...(small ? { compact: small.compact } : {}) },
        ...(small ? { latency: { pruner: made.pruner, share: made.share, ...small.latency } } : {}),
        ...(shown ? { firstLayer: shown } : {}),
      };
    },
    onEpoch: (position) => measuring.onEpoch(position),
    onProgress: (share) => progress.at(share),
  });
  const firstLayer = firstLayerOf(open, params, keptBy(first && prunerLabel(first), measured));
  const result = {
    pruning: trial.pruning.pruners.flatMap((pruner) => {
      const label = prunerLabel(pruner);
      const own = measured.flatMap((one) => (one.row.pruner === label ? [one.row] : []));
      return [{ ...denseRow, pruner: label }, ...own];
    }),
    ...likelihood.examples(dense.prediction, sets.test),
    ...(firstLayer ? { firstLayer } : {}),
  };
  return { result, latency: measured.flatMap((one) => (one.latency ? [one.latency] : [])) };
}

/** Makes rows of the pruning table. */
function rowMaker({
  input,
  open,
}: Measuring): (pruned: PrunedTo, measured: Omit<Evaluated, 'prediction'>) => PruningResult {
  const taking = rankedOf(weightsOf(open.model), input.trial.pruning);
  const ranked = countWeights({ weights: taking });
  const names = [...new Set(taking.map(({ name, of = name }) => of))];
  return (pruned, { evaluations, validation }) => {
    const layers = zerosOf(input, open, pruned.params, pruned.keep);
    const zeros = names.reduce((sum, name) => sum + layers[name]![0], 0);
    return {
      pruner: pruned.label,
      ...howPruned(pruned, zeros / ranked),
      zeros,
      ranked,
      layers,
      bytes: bytesOf(input.ops, open.model, pruned.params, open.keys.evaluate),
      ...pathsOf(open, pruned.params, names),
      evaluations,
      ...(validation ? { validation } : {}),
      finetuned: pruned.finetuned,
    };
  };
}

/** Counts paths between inputs and outputs; members of an ensemble are added up. @param names weights that take part */
function pathsOf({ model }: OpenTrial, params: Params, names: readonly string[]): { paths: PathReport } {
  const { architecture } = model;
  let active = 0;
  const dead = new Map(
    unitGroups(architecture).map(({ weight }) => [weight.name, [0, 0] as [number, number]]),
  );
  for (const posterior of byMember(model.posterior(params)).values()) {
    const alive = aliveIn(posterior.map((one) => ({ ...one, name: one.of ?? one.name })));
    const paths = activePaths(architecture, alive);
    for (const name of names) active += countOnes(paths.active[name]!);
    for (const [name, units] of Object.entries(paths.units)) {
      const counts = dead.get(name)!;
      counts[0] += units.length - countOnes(units);
      counts[1] += units.length;
    }
  }
  return { paths: { active, deadUnits: Object.fromEntries(dead) } };
}

function countOnes(mask: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  return count;
}

/** The part of a row that says how its network was pruned. @param removed the share of the ranked weights that is zero */
function howPruned(
  { target, units = {}, warnings }: PrunedTo,
  removed: number,
): Pick<PruningResult, 'share' | 'suggested' | 'layerShares' | 'units' | 'warnings'> {
  const counts = Object.entries(units).map(
    ([name, kept]) => [name, [kept.filter((one) => one === 0).length, kept.length] as const] as const,
  );
  return {
    ...(target === 'suggested'
      ? { share: removed, suggested: true }
      : 'share' in target
        ? { share: target.share }
        : { share: removed, layerShares: target.layerShares }),
    ...(counts.length > 0 ? { units: Object.fromEntries(counts) } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** The mask of the first layer's weights. */
function firstMaskOf({ model }: OpenTrial, { keep }: PrunedTo): Uint8Array | undefined {
  return keep[weightsOf(model)[0]!.name];
}

/** The masks of the first layer's weights for the networks of one criterion, by share; the dense network keeps all. */
function keptBy(
  label: string | undefined,
  measured: readonly MeasuredRow[],
): { readonly share: number; readonly keep?: Uint8Array }[] {
  const own = measured.filter(
    ({ row: { pruner, suggested, layerShares } }) => pruner === label && !suggested && !layerShares,
  );
  return [
    ...(label === undefined ? [] : [{ share: 0 }]),
    ...own.map(({ row: { share }, firstLayer }) => ({ share, ...(firstLayer ? { keep: firstLayer } : {}) })),
  ];
}

/**
 * Counts zeros and elements by weight name, in the tensors that forward passes read.
 * @throws BbbError `E_PRUNE_REVIVED` if a removed weight is not 0 there
 */
function zerosOf(
  { ops, trial }: TrialInput,
  { model, keys }: OpenTrial,
  params: Params,
  keep: KeepMasks = {},
): PruningResult['layers'] {
  return countZeros(ops, model, params, keys.evaluate, (name, values) => {
    const mask = keep[name];
    if (!mask) return;
    for (let i = 0; i < values.length; i++) {
      if (mask[i] === 0 && values[i] !== 0) throw revived(trial.method.use, name, i);
    }
  });
}

function revived(method: string, weight: string, element: number): BbbError {
  return new BbbError(
    'E_PRUNE_REVIVED',
    `Element ${element} of ${weight} was pruned, but it is not zero in the network of the method "${method}".`,
    {
      hint: 'Give every parameter in model.params its weight, and in "pruned" the value that it has where the weight is pruned.',
    },
  );
}
