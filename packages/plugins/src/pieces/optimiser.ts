import type { Moments, Optimizer, Params } from '@bbb/core';
import { momentCount, type Operand, type OptimizerStep, type Ops } from '@bbb/kernels';

const NAMES = { 0: [], 1: ['velocity'], 2: ['m', 'v'] } as const;

/**
 * The rule of one optimiser step.
 * @param step number of this step, from 1
 */
export function optimizerStep(optimizer: Optimizer, learningRate: number, step: number): OptimizerStep {
  return optimizer.kind === 'adam' ? { ...optimizer, learningRate, step } : { ...optimizer, learningRate };
}

/**
 * The optimiser state of every parameter, with zeros: `m` and `v` for Adam, `velocity` for SGD with momentum, nothing for SGD.
 *
 * @param ops where memory is taken
 * @param optimizer says which moments there are
 * @param params the parameters that the optimiser moves
 * @returns by parameter; the caller frees them
 */
export function initialMoments(ops: Ops, optimizer: Optimizer, params: Params): Moments {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape }]) => [
      name,
      Object.fromEntries(NAMES[momentCount(optimizer)].map((moment) => [moment, ops.alloc(shape)])),
    ]),
  );
}

/**
 * The state tensors of one parameter, in the order of {@link momentCount}.
 *
 * @param optimizer says which moments there are
 * @param moments those of all parameters
 * @param name of the parameter
 */
export function momentsOf(optimizer: Optimizer, moments: Moments, name: string): Operand[] {
  return NAMES[momentCount(optimizer)].map((moment) => moments[name]![moment]!);
}
