import { createRegistry, type Method, type Registry } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import plugins from '@bbb/plugins';
import type { Check } from './check.js';
import { ADAM, KEY, setUp, type CheckOnBench } from './method-bench.js';
import { memoryChecks } from './method-memory.js';
import { keptChecks } from './method-kept.js';
import { modelChecks } from './method-model.js';
import { pruningChecks } from './method-pruning.js';
import { trainingChecks } from './method-training.js';
import { toyData, type ToyKind } from './toy.js';

export interface MethodUnderTest {
  readonly method: Method;
  /** Defaults are filled in. */
  readonly options?: unknown;
  /** Where a method that wraps others finds them. Default: the built-in plugins. */
  readonly registry?: Registry;
  /** The network and the likelihood it is tried on. Default: `mlp`. */
  readonly toy?: ToyKind;
  /** On the reference ops gradients are checked as well, on the WebAssembly ops whether tensors are left behind: check on both. */
  readonly ops: Ops;
}

/**
 * What a method promises to core, checked on a toy problem.
 * @param test the method with its options, a registry that has what it names, and the toy problem. Default: an MLP
 */
export function methodChecks({ method, options, registry, toy = 'mlp', ops }: MethodUnderTest): Check[] {
  const checks: Check[] = [];
  const data = toyData(KEY, 22, toy);
  const newBench = (setting: Parameters<CheckOnBench>[2] = {}) =>
    setUp({ method, options, registry: registry ?? createRegistry([plugins]) }, ops, {
      optimizer: ADAM,
      data,
      batchSize: 8,
      ...setting,
    });
  const check: CheckOnBench = (name, body, setting) => {
    checks.push({
      name,
      run() {
        const bench = newBench(setting);
        try {
          body(bench);
        } finally {
          bench.tearDown();
        }
      },
    });
  };
  modelChecks(check, ops, data);
  trainingChecks(check, ops, toy, newBench);
  pruningChecks(check, ops);
  keptChecks(check, ops);
  memoryChecks(check, ops, newBench);
  return checks;
}
