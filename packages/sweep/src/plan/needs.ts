import type { DataOptions, Registry } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { resolveData } from './resolve.js';

/** What any trial of a sweep may name, whether it has been proposed yet or not. */
export interface Needs {
  readonly methods: string[];
  readonly pruners: string[];
  /** All trials have the same. */
  readonly data: DataOptions;
}

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
