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
  /** Options of the method. Missing ones get their defaults. */
  readonly options?: unknown;
  /** The registry in which a method that wraps others finds them. Default: the built-in plugins. */
  readonly registry?: Registry;
  /** The network and the likelihood to check the method with. Default: `mlp`. */
  readonly toy?: ToyKind;
  /**
   * Run the checks on two kinds of ops: only the reference ops check gradients, and only the WebAssembly ops check that all tensors are
   * freed.
   */
  readonly ops: Ops;
}

/**
 * Checks what core needs of a method, on a toy problem.
 * @param test the method with its options, a registry that has what it names, and the toy problem. Default: an MLP
 */
export function methodChecks({ method, options, registry, toy = 'mlp', ops }: MethodUnderTest): Check[] {
  const checks: Check[] = [];
  const data = toyData(KEY, 22, toy);
  const newBench = (given: Parameters<CheckOnBench>[2] = {}) =>
    setUp({ method, options, registry: registry ?? createRegistry([plugins]) }, ops, {
      optimizer: ADAM,
      data,
      batchSize: 8,
      ...given,
    });
  const check: CheckOnBench = (name, body, given) => {
    checks.push({
      name,
      run() {
        const bench = newBench(given);
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
