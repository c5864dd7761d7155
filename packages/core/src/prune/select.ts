import { BbbError } from '../errors.js';
import { byMember } from '../model/members.js';
import type { KeepMasks } from '../model/model.js';

/** The scores of one tensor that takes part in the ranking. */
export interface ScoredTensor {
  readonly name: string;
  readonly scores: Float32Array;
  /** Whose weights they are, where there are several networks: the share is removed from each by its own scores. */
  readonly member?: number;
}

/**
 * How many of `count` a share removes: floor(share * count), where a product that only rounding keeps below a whole
 * number (0.29 * 100) counts as that number.
 */
export function prunedCount(share: number, count: number): number {
  const product = share * count;
  const nearest = Math.round(product);
  return Math.abs(product - nearest) < 1e-9 * Math.max(1, count) ? nearest : Math.floor(product);
}

/**
 * Masks that remove exactly {@link prunedCount} of the lowest scores. Equal scores go in order of position, so the
 * masks are a pure function of the scores, and a larger share removes a superset.
 *
 * @param scope `global` ranks all tensors of a network together; `layer` removes the share from each tensor
 * @throws BbbError `E_PRUNE_SHARE` for a share outside [0, 1], `E_PRUNE_SCORE` for a NaN score
 */
export function selectKeep(
  tensors: readonly ScoredTensor[],
  share: number,
  scope: 'global' | 'layer',
): KeepMasks {
  if (!(share >= 0 && share <= 1)) {
    throw new BbbError('E_PRUNE_SHARE', `A pruned share is a fraction from 0 to 1; got ${share}.`, {
      hint: 'Write 90 % as 0.9.',
    });
  }
  for (const { name, scores } of tensors) {
    const bad = scores.findIndex(Number.isNaN);
    if (bad >= 0) {
      throw new BbbError('E_PRUNE_SCORE', `The pruner scored element ${bad} of "${name}" as NaN.`, {
        hint: 'A score must be a number for every weight; look for 0 / 0 in the criterion.',
      });
    }
  }
  const groups = scope === 'global' ? [...byMember(tensors).values()] : tensors.map((tensor) => [tensor]);
  return Object.fromEntries(groups.flatMap((group) => keepHighest(group, share)));
}

function keepHighest(tensors: readonly ScoredTensor[], share: number): [string, Uint8Array][] {
  const all = new Float32Array(tensors.reduce((sum, { scores }) => sum + scores.length, 0));
  let offset = 0;
  for (const { scores } of tensors) {
    all.set(scores, offset);
    offset += scores.length;
  }
  const remove = prunedCount(share, all.length);
  const keep = tensors.map(({ name, scores }): [string, Uint8Array] => [
    name,
    new Uint8Array(scores.length).fill(1),
  ]);
  if (remove === 0) return keep;

  const threshold = all.toSorted()[remove - 1]!;
  let ties = remove - all.reduce((below, score) => below + (score < threshold ? 1 : 0), 0);
  tensors.forEach(({ scores }, t) => {
    const mask = keep[t]![1];
    scores.forEach((score, i) => {
      if (score < threshold || (score === threshold && ties-- > 0)) mask[i] = 0;
    });
  });
  return keep;
}
