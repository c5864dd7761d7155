import type { KeepMasks } from '../model/model.js';
import type { Architecture } from '../network/architecture.js';
import { byMember } from '../model/members.js';
import { expandUnits, type UnitMasks } from '../network/units.js';
import type { Scored } from './prune-model.js';
import { PRUNE_SCOPES, type PruneScope } from './pruner.js';
import { selectAbove, selectByLayer, selectKeep, type ScoredTensor } from './select.js';

/** How much to remove: a share of all, a share of each layer, or what the criterion suggests. */
export type Target =
  | { readonly share: number }
  /** One for each layer with weights, the one next to the inputs first. */
  | { readonly layerShares: readonly number[] }
  | 'suggested';

/** What is removed. */
export interface Removal {
  readonly keep: KeepMasks;
  /** Of a criterion of units: which of them stay, by the weight into their layer. */
  readonly units?: UnitMasks;
  /** Sentences for people: a layer that lost all its weights, a unit that was spared so that its layer keeps one. */
  readonly warnings: readonly string[];
}

/**
 * Masks from scores. Of every hidden layer at least one unit stays; a tensor of weights may be emptied, which a warning names.
 * @param scope of the trial; where the criterion's own is narrower, that one is taken
 * @throws BbbError as `selectKeep` and `selectByLayer`
 */
export function decide(
  { granularity, scope: own, tensors, suggested, weights }: Scored,
  target: Target,
  scope: PruneScope,
  architecture: Architecture,
): Removal {
  const keep =
    target === 'suggested'
      ? selectAbove(tensors, suggested ?? everywhere(tensors, -Infinity))
      : 'share' in target
        ? selectKeep(tensors, target.share, narrowest(own, scope))
        : selectByLayer(tensors, target.layerShares);
  if (granularity === 'weight') return { keep, warnings: emptied(tensors, keep) };
  const { units, warnings } = sparingOne(tensors, keep);
  return { keep: expandByMember(weights, units, architecture), units, warnings };
}

/** Masks of the weights around the units of every member, under the member's own names. */
function expandByMember(weights: Scored['weights'], units: UnitMasks, architecture: Architecture): KeepMasks {
  const keep: Record<string, Uint8Array> = {};
  for (const own of byMember(weights).values()) {
    const kept = own.flatMap(({ name, of = name }) => (units[name] ? [[of, units[name]] as const] : []));
    const masks = expandUnits(architecture, Object.fromEntries(kept));
    for (const { name, of = name } of own) keep[name] = masks[of]!;
  }
  return keep;
}

function narrowest(...scopes: readonly PruneScope[]): PruneScope {
  return PRUNE_SCOPES[Math.max(...scopes.map((scope) => PRUNE_SCOPES.indexOf(scope)))]!;
}

function everywhere(tensors: readonly ScoredTensor[], value: number): Record<string, number> {
  return Object.fromEntries(tensors.map(({ name }) => [name, value]));
}

/** A layer without weights lets nothing through: the network behind it sees no input. Biases may go. */
function emptied(tensors: readonly ScoredTensor[], keep: KeepMasks): string[] {
  return tensors
    .filter(({ name, role }) => role !== 'bias' && !keep[name]!.includes(1))
    .map(({ name }) => `All weights of ${name} are removed: no input reaches the outputs.`);
}

/** Without its last unit a layer would cut the network in two: its best one stays. */
function sparingOne(
  tensors: readonly ScoredTensor[],
  keep: KeepMasks,
): { readonly units: UnitMasks; readonly warnings: string[] } {
  const warnings: string[] = [];
  const units = tensors.map(({ name, scores }): [string, Uint8Array] => {
    const mask = keep[name]!;
    if (mask.includes(1)) return [name, mask];
    const best = scores.reduce((at, score, i) => (score >= scores[at]! ? i : at), 0);
    warnings.push(`Unit ${best} behind ${name} is kept, for the layer would have none left.`);
    return [name, mask.map((_, i) => (i === best ? 1 : 0))];
  });
  return { units: Object.fromEntries(units), warnings };
}
