import { methodChecks } from '@bbb/contract';
import { startBackend, type Method, type Model, type Trainer } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import plugins from '@bbb/plugins';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

const ops = await startBackend();
const NAME = 'networks, steps and the trainer leave no tensor behind';
const bbb = plugins.methods!['bbb-mixture']!;

type Parts = ReturnType<Method['create']>;

/** Bayes by Backprop with one change. */
function faulty(change: (parts: Parts) => Partial<Parts>): Method {
  return {
    ...bbb,
    create(options, context) {
      const parts = bbb.create(options, context);
      return { ...parts, ...change(parts) };
    },
  };
}

const withModel = (change: (model: Model) => Partial<Model>): Method =>
  faulty(({ model }) => ({ model: { ...model, ...change(model) } }));
const withTrainer = (change: (trainer: Trainer) => Partial<Trainer>): Method =>
  faulty(({ trainer }) => ({ trainer: { ...trainer, ...change(trainer) } }));

/** Frees what the faulty methods below keep. */
const undo: (() => void)[] = [];
const lose = (): void => {
  const operand = ops.alloc([3]);
  undo.push(() => ops.free(operand));
};
/** Replaces a `dispose`, and postpones its work. */
const forget = (dispose: () => void) => () => void undo.push(dispose);

const LEAKS: [string, Method, RegExp][] = [
  [
    'a network that keeps its weights',
    withModel((model) => ({
      draw(...args) {
        const network = model.draw(...args);
        return { ...network, dispose: forget(() => network.dispose()) };
      },
    })),
    /a network that is drawn, run and disposed of left 6 tensors/,
  ],
  [
    'outputs that keep a hidden layer',
    withModel((model) => ({
      draw(...args) {
        const network = model.draw(...args);
        return { ...network, outputs: (x) => (lose(), network.outputs(x)) };
      },
    })),
    /a network that is drawn, run and disposed of left 1 tensor/,
  ],
  [
    'a posterior that keeps its scratch',
    withModel((model) => ({ posterior: (params) => (lose(), model.posterior(params)) })),
    /posterior left 1 tensor/,
  ],
  [
    'a step that keeps a gradient',
    withTrainer((trainer) => ({ step: (...args) => (lose(), trainer.step(...args)) })),
    /an epoch after the first left 3 tensors/,
  ],
  [
    'a complexity cost that keeps a draw',
    withTrainer((trainer) => ({ complexityCost: (...args) => (lose(), trainer.complexityCost(...args)) })),
    /complexityCost left 1 tensor/,
  ],
  [
    'a trainer whose dispose does nothing',
    withTrainer((trainer) => ({ dispose: forget(() => trainer.dispose()) })),
    /a method that is disposed of, with its state, left \d+ tensors/,
  ],
];

describe('the check of the tensors of a method', () => {
  const checkOf = (method: Method) => methodChecks({ method, ops }).find(({ name }) => name === NAME)!;

  it.each(LEAKS)('finds %s', (_title, method, message) => {
    const before = memory().numTensors;
    expect(() => checkOf(method).run()).toThrow(message);
    for (const free of undo.splice(0)) free();
    expect(memory().numTensors).toBe(before);
  });

  it('passes the correct method, and frees its own tensors', () => {
    const before = memory().numTensors;
    checkOf(bbb).run();
    expect(memory().numTensors).toBe(before);
  });

  it('is left out on the reference ops, whose operands are not counted', () => {
    const names = methodChecks({ method: bbb, ops: referenceOps() }).map(({ name }) => name);
    expect(names).not.toContain(NAME);
  });
});
