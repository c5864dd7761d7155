import { BbbError } from '../errors.js';
import { parseOptions } from '../plugin/options.js';
import type { Registry } from '../plugin/registry.js';
import { inWords, missingFunctions } from '../plugin/returned/index.js';
import { useSchema, type Use } from '../plugin/use.js';
import type { Granularity, Pruner, PrunerNeed } from './pruner.js';

/** A criterion with its options. If it wraps another one, that one provides what it does not say itself. */
export interface OpenPruner {
  /** With all defaults filled in, also those of the criterion inside. */
  readonly use: Use;
  readonly granularity: Granularity;
  readonly needs: readonly PrunerNeed[];
  /** Creates the pruner. @throws BbbError `E_PRUNER_SHAPE` for one without score() */
  readonly create: () => Pruner;
}

/**
 * Looks a criterion up and checks its options.
 * @param use name of the criterion, and its options
 * @param registry a registry that has the pruner, of `createRegistry()`
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export function openPruner({ use, options }: Use, registry: Pick<Registry, 'get'>): OpenPruner {
  const definition = registry.get('pruners', use);
  const parsed = parseOptions(use, definition.options, options) as Use['options'];
  const { wraps, needsSigma = false, needs = [] } = definition;
  const inner =
    wraps === undefined ? undefined : openPruner(parseOptions(use, useSchema, parsed[wraps]), registry);
  const own: PrunerNeed[] = [...(needsSigma ? ['sigma' as const] : []), ...needs, ...(inner?.needs ?? [])];
  return {
    use: { use, options: inner ? { ...parsed, [wraps!]: inner.use } : parsed },
    granularity: definition.granularity ?? inner?.granularity ?? 'weight',
    needs: [...new Set(own)],
    create() {
      const pruner = definition.create(parsed, inner?.create());
      if (missingFunctions(pruner, ['score']).length === 0) return pruner;
      throw new BbbError(
        'E_PRUNER_SHAPE',
        `create() of the pruner "${use}" returned ${inWords(pruner)}, which has no score().`,
        { hint: 'Let create() return { score(weights, key, context) }, not a promise.' },
      );
    },
  };
}
