import { methodChecks } from '@bbb/contract';
import type { Method, Trainer } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import plugins from '@bbb/plugins';
import { describe, expect, it } from 'vitest';

const ops = referenceOps();
const NAME = 'step follows the gradient of cost, by finite differences';
const method = plugins.methods!['bbb-gaussian']!;

/** Bayes by Backprop with an error of `by` in one element of one tensor after each step. */
function wrongAt(name: string, element: number, by: number): Method {
  return {
    ...method,
    create(options, context) {
      const { model, trainer } = method.create(options, context);
      const step: Trainer['step'] = (state, batch, how) => {
        const result = trainer.step(state, batch, how);
        const values = Float64Array.from(ops.read(state.params[name]!));
        values[element]! += by;
        ops.write(state.params[name]!, values);
        return result;
      };
      return { model, trainer: { ...trainer, step } };
    },
  };
}

const checkOf = (method: Method) =>
  methodChecks({ method, options: { rho0: -2 }, ops }).find(({ name }) => name === NAME)!;

describe('the check of gradients', () => {
  it('passes the correct method', () => checkOf(method).run());

  // The check looks at some of the 64 elements of the first tensor alone, and at all of them along one direction.
  it.each([0, 1, 2, 5, 37, 63])('finds an error of 1e-3 in element %i alone', (element) => {
    for (const parameter of ['mu', 'rho'])
      expect(() => checkOf(wrongAt(`layers.0.weight.${parameter}`, element, 1e-3)).run()).toThrow(
        `layers.0.weight.${parameter}`,
      );
  });
});
