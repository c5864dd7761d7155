import { BbbError } from '../errors.js';
import type { WeightPosterior } from '../model/model.js';
import { suggest } from '@bbb/base';
import type { PruningOptions } from '../trial/trial.js';

/** The options of a trial that choose which tensors are ranked. */
export type RankedOptions = Pick<PruningOptions, 'include' | 'exclude'>;

type Ranked = Pick<WeightPosterior, 'name' | 'of' | 'role' | 'layer'>;

/**
 * The tensors that take part: those of the kinds in `include`, without the layers and tensors in `exclude`.
 *
 * @param weights all tensors of the model
 * @param options the roles to rank (`weight`, `bias`), and names of layers or tensors to leave out
 * @throws BbbError `E_PRUNE_NOTHING` if none is left, `E_PRUNE_NAME` for an entry of `exclude` that names nothing
 */
export function rankedOf<W extends Ranked>(weights: readonly W[], { include, exclude }: RankedOptions): W[] {
  const excluded = exclude?.map((name) => excludedBy(name, weights)) ?? [];
  const found = weights.filter(
    (weight) => include.includes(weight.role) && !excluded.some((names) => names.has(weight.name)),
  );
  if (found.length > 0) return found;
  const without = exclude === undefined ? '' : ` outside of ${exclude.join(', ')}`;
  throw new BbbError(
    'E_PRUNE_NOTHING',
    `No tensor of the network has one of the roles ${include.join(', ')}${without}.`,
    {
      hint: `Choose from the roles that it has: ${[...new Set(weights.map(({ role }) => role))].join(', ')}.`,
    },
  );
}

/** The tensors that one entry of `exclude` stands for: `output`, `input`, a layer (`layers.1`) or a tensor (`layers.1.bias`). */
function excludedBy(name: string, weights: readonly Ranked[]): Set<string> {
  const layers = weights.map(({ layer }) => layer);
  const layer = name === 'output' ? Math.max(...layers) : name === 'input' ? Math.min(...layers) : undefined;
  const names = weights
    .filter((weight) =>
      layer === undefined
        ? [weight.name, weight.of].some((own) => own === name || own?.startsWith(`${name}.`))
        : weight.layer === layer,
    )
    .map((weight) => weight.name);
  if (names.length > 0) return new Set(names);
  const known = ['input', 'output', ...weights.map((weight) => weight.name)];
  throw new BbbError('E_PRUNE_NAME', `There is no layer or weight "${name}" to leave out.`, {
    hint: `${suggest(name, known)}Known: ${known.join(', ')}.`,
  });
}
