import { likelihoodChecks, networkChecks, type Check } from '@bbb/contract';
import {
  architectureOf,
  defineLikelihood,
  defineNetwork,
  type FixedLayer,
  type Layer,
  type Likelihood,
  type LinearLayer,
  type RegressionPrediction,
} from '@bbb/core';
import { dense, gaussianLikelihood, relu, tanh } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/** Each check must fail for a part with the fault that it looks for. */

function failing(checks: readonly Check[]): string[] {
  return checks.filter(({ run }) => fails(run)).map(({ name }) => name);
}

function fails(run: () => void): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}

const options = z.strictObject({});

function networkOf(change: (layers: [LinearLayer, FixedLayer, LinearLayer]) => Layer[]) {
  const definition = defineNetwork({
    description: 'Two dense layers.',
    options,
    create: (_, { outputs }) =>
      architectureOf([4], change([dense(0, [4], 5), relu([5]), dense(1, [5], outputs)])),
  });
  return networkChecks({ definition, inputShape: [4] });
}

const altered = <L extends Layer>(layer: L, change: Partial<L>): L => ({ ...layer, ...change });

const NETWORKS: Record<string, [(layers: [LinearLayer, FixedLayer, LinearLayer]) => Layer[], string]> = {
  'a gradient that is never written': [
    ([first, ...rest]) => [altered(first, { backward: (ops, dx) => ops.copy(dx, dx) }), ...rest],
    'layer 0 (dense): the gradient of its input agrees with finite differences',
  ],
  'a gradient of the weights that forgets the bias': [
    ([first, ...rest]) => [
      altered(first, {
        gradients: (ops, dWeight, _dBias, x, dOut) => ops.matmul(dWeight, x, dOut, { transposeA: true }),
      }),
      ...rest,
    ],
    'layer 0 (dense): the gradients of its weights agree with finite differences',
  ],
  'an activation within a layer with weights': [
    ([first, ...rest]) => [
      altered(first, {
        forward(ops, out, ...more) {
          first.forward(ops, out, ...more);
          ops.tanh(out, out);
        },
      }),
      ...rest,
    ],
    'layer 0 (dense): is linear in its inputs and in its weights',
  ],
  'a ReLU that is left out': [
    ([first, ...rest]) => [
      altered(first, { forward: (ops, out, x, weight, bias) => first.forward(ops, out, x, weight, bias) }),
      ...rest,
    ],
    'layer 0 (dense): gives the same numbers with a fused ReLU as with a ReLU layer after it',
  ],
  'an elementwise layer that needs its input': [
    ([first, second, last]) => [
      first,
      altered(second, {
        backward(ops, dx, dOut, x) {
          const positive = ops.read(x).map((value) => (value > 0 && value < 0.5 ? 1 : 0));
          ops.write(
            dx,
            ops.read(dOut).map((value, i) => value * positive[i]!),
          );
        },
        forward: (ops, out, x) =>
          ops.write(
            out,
            ops.read(x).map((value) => Math.max(0, Math.min(value, 0.5)) * 2),
          ),
      }),
      last,
    ],
    'layer 1 (relu): gives the same numbers if it overwrites its input and its gradient',
  ],
  'another activation with the kind relu': [
    ([first, , last]) => [first, altered(tanh([5]), { kind: 'relu' }), last],
    'layer 1 (relu): gives the same numbers if it overwrites its input and its gradient',
  ],
  'a mean over the batch': [
    ([first, second, last]) => [
      first,
      altered(second, {
        forward: (ops, out, x) => ops.write(out, new Float64Array(x.shape[0]! * 5).fill(ops.read(x)[0]!)),
      }),
      last,
    ],
    "layer 1 (relu): an example's outputs do not depend on other examples, and inputs do not change",
  ],
  'two layers whose weights have one name': [
    ([first, second, last]) => [
      first,
      second,
      altered(last, { weight: { ...last.weight, name: first.weight.name } }),
    ],
    'has weights with different names, numbered by layer, in shapes that fit their layers',
  ],
  'a fixed number of outputs': [
    ([first, second]) => [first, second, dense(1, [5], 3)],
    'fits the data, and any number of outputs that a likelihood needs',
  ],
};

describe('the checks of a network', () => {
  it('pass a correct part', () => expect(failing(networkOf((layers) => layers))).toEqual([]));

  it.each(Object.entries(NETWORKS))('%s', (_, [change, check]) =>
    expect(failing(networkOf(change))).toContain(check),
  );

  it('say in a sentence what is wrong, and show both values', () => {
    const [change, check] = NETWORKS['a fixed number of outputs']!;
    const { run } = networkOf(change).find(({ name }) => name === check)!;
    expect(run).toThrow(/^The network must have as many outputs as its context asks for\n[^]*\b3 !== 1\b/);
  });
});

type Regression = Likelihood<RegressionPrediction>;

function likelihoodWith(change: (good: Regression) => Partial<Regression>) {
  const definition = defineLikelihood({
    description: 'Gaussian.',
    options,
    target: 'real',
    create(_, { target, scaling }) {
      const good = gaussianLikelihood({ noise: 'learned', sd: 0.5 }, scaling!, target);
      return { ...good, ...change(good) };
    },
  });
  return likelihoodChecks({ definition });
}

const LIKELIHOODS: Record<string, [(good: Regression) => Partial<Regression>, string]> = {
  'a gradient without its scale': [
    (good) => ({
      nll: (ops, outputs, targets, parameters, gradient) =>
        good.nll(ops, outputs, targets, parameters, gradient && { ...gradient, scale: 1 }),
    }),
    'writes the gradient of its NLL, times the scale',
  ],
  'a mean in place of a sum': [
    (good) => ({
      nll(ops, outputs, targets, ...rest) {
        const { nll, error } = good.nll(ops, outputs, targets, ...rest);
        return { nll: nll / targets.length, error };
      },
    }),
    'sums nats and errors over the examples',
  ],
  'squared errors in validation': [
    (good) => ({
      validate(...all) {
        const { nll, error } = good.validate(...all);
        return { nll, error: error * error };
      },
    }),
    'validates by the mean NLL and the mean error, and gives NaN for outputs that are NaN',
  ],
  'test NLL of the standardised target': [
    (good) => ({
      evaluate(...all) {
        const { metrics, ...rest } = good.evaluate(...all);
        return { ...rest, metrics: { ...metrics, nll: metrics.nll - 1.6 } };
      },
    }),
    'measures the same NLL and error of one member as in validation',
  ],
  'a headline metric that is not measured': [
    ({ headline }) => ({ headline: { ...headline, metric: 'rsme' } }),
    'measures the same NLL and error of one member as in validation',
  ],
  'predictions that use only the first member': [
    (good) => ({
      accumulator(examples) {
        const own = good.accumulator(examples);
        let first = true;
        return {
          add(...member) {
            if (first) own.add(...member);
            first = false;
          },
          finish: () => own.finish(),
        };
      },
    }),
    'measures the same for equal members as for one member, and for members in another order',
  ],
  'metrics of the first examples only': [
    (good) => ({
      evaluate(prediction, targets, outside) {
        const few = { ...prediction, examples: 9 };
        return good.evaluate(few, targets.slice(0, 9), outside);
      },
    }),
    'measures the same for examples in another order',
  ],
  'arrays that JSON cannot keep': [
    () => ({ examples: () => ({ predictions: Float64Array.of(1) as never }) }),
    'keeps only plain JSON in a result',
  ],
  'a parameter with a name that a weight may have': [
    () => ({ parameters: [{ name: 'layers.0.weight', shape: [1], initial: 0 }] }),
    'describes its headline metric, and gives its parameters different names',
  ],
};

describe('the checks of a likelihood', () => {
  it('pass a correct part', () => expect(failing(likelihoodWith(() => ({})))).toEqual([]));

  it.each(Object.entries(LIKELIHOODS))('%s', (_, [change, check]) =>
    expect(failing(likelihoodWith(change))).toContain(check),
  );
});
