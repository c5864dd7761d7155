import type { Needs, Registry } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { resolveData } from './resolve.js';

/** What the trials of a configuration may name. */
export function needsOf(config: SweepConfig, registry: Registry): Needs {
  const methods = [...new Set(config.methods.map(({ use }) => use))];
  return {
    methods,
    pruners: [
      ...new Set([
        // A method's own is looked up even where others are asked for.
        ...methods.map((name) => registry.get('methods', name).pruner),
        ...(config.pruning.pruners ?? []).map(({ use }) => use),
      ]),
    ],
    data: resolveData(config, registry),
  };
}
