import type { KeepMasks } from '../model/model.js';
import type { Architecture } from '../network/architecture.js';
import { byMember } from '../model/members.js';
import { expandUnits, type UnitMasks } from '../network/units.js';
import type { Scored } from './prune-model.js';
import { PRUNE_SCOPES, type PruneScope } from './pruner.js';
import { selectAbove, selectByLayer, selectKeep, type ScoredTensor } from './select.js';

/** How much to remove: a sparsity of all weights, a sparsity for each layer, or what the criterion suggests. */
export type Target =
  | { readonly share: number }
  /** One share for each layer with weights; the layer next to the inputs comes first. */
  | { readonly layerShares: readonly number[] }
  | 'suggested';

/** What to remove. */
export interface Removal {
  readonly keep: KeepMasks;
  /** For a criterion of units: masks of the units, by the name of the weight into their layer. */
  readonly units?: UnitMasks;
  /** Sentences for people, e.g. about a layer that lost all its weights, or a unit that was kept so that its layer has one. */
  readonly warnings: readonly string[];
}

/**
 * Makes masks from scores. At least one unit of every hidden layer stays. A tensor may lose all its weights; then there is a warning.
 * @param scored scores, and what else the criterion says
 * @param target how much is to be removed
 * @param scope scope of the trial; if the criterion's scope is narrower, that one is used
 * @param architecture the layers of the network
 * @throws BbbError as `selectKeep` and `selectByLayer` do
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

/** Masks for the weights around the units of every member, under the weight names of the member. */
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

/** Warnings about layers that lost all weights: the layers behind them don't see the input any more. Biases don't count. */
function emptied(tensors: readonly ScoredTensor[], keep: KeepMasks): string[] {
  return tensors
    .filter(({ name, role }) => role !== 'bias' && !keep[name]!.includes(1))
    .map(({ name }) => `All weights of ${name} are removed: no input reaches the outputs.`);
}

/** Keeps the best unit of a layer that would lose all units: without units the outputs would not depend on the inputs. */
function sparingOne(
  tensors: readonly ScoredTensor[],
  keep: KeepMasks,
): { readonly units: UnitMasks; readonly warnings: string[] } {
  const warnings: string[] = [];
  const units = tensors.map(({ name, scores }): [string, Uint8Array] => {
    const mask = keep[name]!;
    if (mask.includes(1)) return [name, mask];
    const best = scores.reduce((at, score, i) => (score >= scores[at]! ? i : at), 0);
    warnings.push(`Unit ${best} of ${name} is kept: the layer would have no units left.`);
    return [name, mask.map((_, i) => (i === best ? 1 : 0))];
  });
  return { units: Object.fromEntries(units), warnings };
}
