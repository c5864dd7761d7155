import { BbbError } from '../errors.js';
import { nthSmallest } from '../metrics/nth.js';
import type { KeepMasks } from '../model/model.js';
import type { PruneScope } from './pruner.js';

/** The scores of one tensor that takes part in the ranking. */
export interface ScoredTensor {
  readonly name: string;
  readonly scores: Float32Array;
  /** Default: `weight`. */
  readonly role?: 'weight' | 'bias';
  /** Number of its layer among those with weights. Default: it has a layer of its own. */
  readonly layer?: number;
  /** Number of output units of the layer, which is the last axis of the tensor. Default: one. */
  readonly units?: number;
  /** Number of the member, if there are several networks: the share is removed from each member by its own scores. */
  readonly member?: number;
}

/**
 * How many of `count` weights a share removes: floor(share * count). A product that is below a whole number only by rounding (0.29 * 100)
 * counts as that number.
 * @param share fraction of the weights to remove, in [0, 1]
 * @param count number of weights, at least 0
 */
export function prunedCount(share: number, count: number): number {
  const product = share * count;
  const nearest = Math.round(product);
  return Math.abs(product - nearest) < 1e-9 * Math.max(1, count) ? nearest : Math.floor(product);
}

/**
 * Masks that remove exactly {@link prunedCount} of the lowest scores that are ranked together. Of equal scores, those with the lower position
 * are removed first. So the masks are a pure function of the scores, and a larger share removes a superset.
 * @param tensors the scores of every weight tensor that takes part; the lowest scores go first
 * @param share fraction of the weights to remove, in [0, 1]
 * @param scope `global` ranks all tensors together; `layer` prunes each tensor to the sparsity; `unit` from the weights (and the bias) of
 *   each output unit
 * @throws BbbError `E_PRUNE_SHARE` for a sparsity outside [0, 1], `E_PRUNE_SCORE` for a NaN score
 */
export function selectKeep(tensors: readonly ScoredTensor[], share: number, scope: PruneScope): KeepMasks {
  checkShare(share);
  checkScores(tensors);
  const keep = everything(tensors);
  for (const pool of poolsOf(tensors, scope)) removeLowest(tensors, keep, pool, share);
  return masksOf(tensors, keep);
}

/**
 * Masks that remove the share of its layer from each tensor.
 * @param tensors the scores of every weight tensor that takes part; the lowest scores go first
 * @param shares one for each layer with weights; the layer next to the inputs comes first
 * @throws BbbError as {@link selectKeep}; `E_PRUNE_LAYERS` for a layer without a share
 */
export function selectByLayer(tensors: readonly ScoredTensor[], shares: readonly number[]): KeepMasks {
  for (const share of shares) checkShare(share);
  checkScores(tensors);
  const keep = everything(tensors);
  for (const [t, { name, layer = -1 }] of tensors.entries()) {
    const share = shares[layer];
    if (share === undefined) {
      throw new BbbError(
        'E_PRUNE_LAYERS',
        `There is no sparsity for the layer "${name}": got ${shares.length}.`,
        {
          hint: 'Give one sparsity for each layer with weights, the one next to the inputs first.',
        },
      );
    }
    removeLowest(tensors, keep, [whole(tensors, t)], share);
  }
  return masksOf(tensors, keep);
}

/**
 * Masks that remove all scores below a threshold. Each tensor has its own threshold.
 * @param tensors the scores of every weight tensor that takes part; the lowest scores go first
 * @param lowest the thresholds, by tensor name
 */
export function selectAbove(
  tensors: readonly ScoredTensor[],
  lowest: Readonly<Record<string, number>>,
): KeepMasks {
  checkScores(tensors);
  const keep = tensors.map(({ name, scores }) => Uint8Array.from(scores, (s) => (s < lowest[name]! ? 0 : 1)));
  return masksOf(tensors, keep);
}

/** The `count` elements `first`, `first + step`, ... of a tensor. */
interface Slice {
  readonly tensor: number;
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

function poolsOf(tensors: readonly ScoredTensor[], scope: PruneScope): Slice[][] {
  const pools = new Map<string, Slice[]>();
  const add = (key: string, slice: Slice): void => void pools.set(key, [...(pools.get(key) ?? []), slice]);
  for (const [t, { name, layer, units = 1, member = 0, scores }] of tensors.entries()) {
    if (scope === 'global') add(`${member}`, whole(tensors, t));
    else if (scope === 'layer') add(`${t}`, whole(tensors, t));
    else {
      for (let unit = 0; unit < units; unit++)
        add(`${member} ${layer ?? name} ${unit}`, {
          tensor: t,
          first: unit,
          step: units,
          count: scores.length / units,
        });
    }
  }
  return [...pools.values()];
}

function whole(tensors: readonly ScoredTensor[], tensor: number): Slice {
  return { tensor, first: 0, step: 1, count: tensors[tensor]!.scores.length };
}

/** Sets the masks to 0 at the lowest scores of a pool. */
function removeLowest(
  tensors: readonly ScoredTensor[],
  keep: readonly Uint8Array[],
  pool: readonly Slice[],
  share: number,
): void {
  const all = new Float32Array(pool.reduce((sum, { count }) => sum + count, 0));
  let at = 0;
  for (const { tensor, first, step, count } of pool) {
    const { scores } = tensors[tensor]!;
    for (let i = 0; i < count; i++) all[at++] = scores[first + i * step]!;
  }
  const remove = prunedCount(share, all.length);
  if (remove === 0) return;

  const threshold = nthSmallest(all, remove - 1);
  let ties = remove;
  for (const score of all) if (score < threshold) ties--;
  for (const { tensor, first, step, count } of pool) {
    const { scores } = tensors[tensor]!;
    for (let i = 0; i < count; i++) {
      const element = first + i * step;
      const score = scores[element]!;
      if (score < threshold || (score === threshold && ties-- > 0)) keep[tensor]![element] = 0;
    }
  }
}

function everything(tensors: readonly ScoredTensor[]): Uint8Array[] {
  return tensors.map(({ scores }) => new Uint8Array(scores.length).fill(1));
}

function masksOf(tensors: readonly ScoredTensor[], keep: readonly Uint8Array[]): KeepMasks {
  return Object.fromEntries(tensors.map(({ name }, t) => [name, keep[t]!]));
}

function checkShare(share: number): void {
  if (share >= 0 && share <= 1) return;
  throw new BbbError('E_PRUNE_SHARE', `A sparsity is a fraction from 0 to 1; got ${share}.`, {
    hint: 'Write 90 % as 0.9.',
  });
}

function checkScores(tensors: readonly ScoredTensor[]): void {
  for (const { name, scores } of tensors) {
    let bad = 0;
    while (bad < scores.length && !Number.isNaN(scores[bad])) bad++;
    if (bad === scores.length) continue;
    throw new BbbError('E_PRUNE_SCORE', `The pruner scored element ${bad} of "${name}" as NaN.`, {
      hint: 'A score must be a number for every weight; look for 0 / 0 in the criterion.',
    });
  }
}
