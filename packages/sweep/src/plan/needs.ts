import { methodNames, type Needs, type Registry, type Use } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { networksOf } from './networks.js';
import { resolveData } from './resolve.js';

/**
 * The names of plugins that the trials of a configuration may use.
 * @param config a checked configuration
 * @param registry all that plugins contribute
 */
export function needsOf(config: SweepConfig, registry: Registry): Needs {
  const methods = [...new Set(config.methods.flatMap((method) => methodNames(method, registry)))];
  const prunings = [config.pruning, ...config.methods.flatMap(({ pruning }) => pruning ?? [])];
  return {
    methods,
    pruners: [
      ...new Set([
        // The default pruner of a method is looked up even where the sweep names others.
        ...methods.flatMap((name) => registry.get('methods', name).pruner ?? []),
        ...prunings.flatMap(({ pruners = [] }) => pruners.map(({ use }) => use)),
      ]),
    ],
    networks: named(networksOf(config, registry).flatMap(({ network }) => network ?? [])),
    procedures: named(prunings.flatMap(({ procedure }) => procedure ?? [])),
    likelihoods: named(config.likelihood ? [config.likelihood] : []),
    data: resolveData(config, registry),
  };
}

function named(uses: readonly Use[]): string[] {
  return [...new Set(uses.map(({ use }) => use))];
}
