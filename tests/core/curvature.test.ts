import { rowsOf, toyData, TOY_KINDS, type Toy, type ToyKind } from '@bbb/contract/toy';
import {
  architectureOf,
  disposeParams,
  fold,
  ggnBlocks,
  ggnDiagonal,
  gradientMoments,
  inputRms,
  kroneckerFactors,
  rootKey,
  sizeOf,
  startBackend,
  uniform,
  type ByWeight,
  type CurvatureInput,
  type Likelihood,
  type Params,
} from '@bbb/core';
import { referenceOps, type Ops } from '@bbb/kernels';
import { gaussianLikelihood, layersOf, pointModel } from '@bbb/plugins';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from '../support/trial.js';

const reference = referenceOps();
const KEY = rootKey(5);
const STEP = 1e-5;

/** A network with random weights, and its outputs for the first examples of its toy data. */
function problem(toy: Toy, count: number, ops: Ops = reference) {
  const { architecture, likelihood } = toy;
  const optimizer = adam(0.01);
  const model = pointModel({ ops, architecture, likelihood, optimizer, batchSize: 8 }, { kind: 'he' });
  const params = model.init(KEY);
  const network = model.draw(params, 'mean');
  const input: CurvatureInput = {
    ops,
    architecture,
    likelihood,
    network,
    examples: {
      features: toy.x,
      targets: toy.targets,
      inputShape: architecture.inputShape,
      rows: Uint32Array.from({ length: count }, (_, i) => i),
      preprocessing: { input: { kind: 'divide', divisor: 1 } },
    },
  };
  const outputs = (): Float64Array => {
    const x = rowsOf(ops, toy, 0, count);
    const y = network.outputs(x);
    const values = Float64Array.from(ops.read(y));
    ops.free(x);
    ops.free(y);
    return values;
  };
  return { toy, input, params, network, outputs, count, done: () => disposeParams(ops, params) };
}
type Problem = ReturnType<typeof problem>;

const only = (input: CurvatureInput, row: number): CurvatureInput => ({
  ...input,
  examples: { ...input.examples, rows: Uint32Array.of(row) },
});

/** (f(w + STEP) - f(w - STEP)) / (2 STEP) for element i of a parameter. */
function slope<T>(params: Params, name: string, i: number, f: () => T): [T, T] {
  const values = reference.read(params[name]!);
  const at = (by: number): T => {
    const moved = Float64Array.from(values);
    moved[i]! += by;
    reference.write(params[name]!, moved);
    return f();
  };
  const both: [T, T] = [at(STEP), at(-STEP)];
  reference.write(params[name]!, values);
  return both;
}

/** J[element][example * outputs + output] of one weight, by finite differences. */
function jacobian({ params, outputs }: Problem, name: string): Float64Array[] {
  return Array.from({ length: sizeOf(params[name]!.shape) }, (_, i) => {
    const [up, down] = slope(params, name, i, outputs);
    return up.map((value, k) => (value - down[k]!) / (2 * STEP));
  });
}

/** H of each example, `[outputs, outputs]`, in closed form: diag(p) - p p^T, or 1 / sd^2. */
function hessians({ toy, outputs, count, params }: Problem): number[][][] {
  const C = toy.architecture.outputs;
  const all = outputs();
  return Array.from({ length: count }, (_, n) => {
    if (C === 1) return [[Math.exp(-2 * reference.read(params['likelihood.logSd']!)[0]!)]];
    const e = [...all.subarray(n * C, (n + 1) * C)].map(Math.exp);
    const p = e.map((value) => value / e.reduce((a, b) => a + b));
    return p.map((pi, i) => p.map((pj, j) => (i === j ? pi : 0) - pi * pj));
  });
}

/** sum_n (J^T H J)[i, j] of two columns of a Jacobian. */
function ggn(a: Float64Array, b: Float64Array, H: number[][][]): number {
  const C = H[0]!.length;
  let sum = 0;
  H.forEach((h, n) =>
    h.forEach((row, o) => row.forEach((v, q) => (sum += a[n * C + o]! * v * b[n * C + q]!))),
  );
  return sum;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, within = 1e-8): void {
  const largest = Math.max(1e-3, ...Array.from(expected, Math.abs));
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!), `element ${i}`).toBeLessThan(within * largest);
}

describe.each(TOY_KINDS)('curvature of %s against brute force in float64', (kind) => {
  const one = problem(toyData(KEY, 6, kind), 6);
  const names = one.toy.architecture.weights.map(({ name }) => name);
  const H = hessians(one);

  it('the likelihood gives a root of its Hessian', () => {
    const C = one.toy.architecture.outputs;
    const own = Object.fromEntries(
      Object.entries(one.network.likelihood).map(([name, x]) => [name, reference.read(x)]),
    );
    const columns = one.toy.likelihood.hessianRoot!(one.outputs(), own);
    H.forEach((h, n) =>
      h.forEach((row, i) =>
        expectClose(
          row.map((_, j) => columns.reduce((sum, s) => sum + s[n * C + i]! * s[n * C + j]!, 0)),
          row,
          1e-14,
        ),
      ),
    );
  });

  it('the diagonal of the generalised Gauss-Newton matrix', () => {
    const diagonal = ggnDiagonal(one.input);
    for (const name of names)
      expectClose(
        diagonal[name]!,
        jacobian(one, name).map((j) => ggn(j, j, H)),
      );
  });

  it('blocks on its diagonal; the last block of a unit is smaller', () => {
    const blocks = ggnBlocks(one.input, 3);
    for (const name of names) {
      const { rows, units, size, values } = blocks[name]!;
      const J = jacobian(one, name);
      const each = Math.ceil(rows / size);
      expect(values.length).toBe(units * each * size * size);
      const expected = Array.from(values, (_, k) => {
        const [block, i, j] = [Math.floor(k / size ** 2), Math.floor(k / size) % size, k % size];
        const [unit, first] = [Math.floor(block / each), (block % each) * size];
        if (Math.max(first + i, first + j) >= rows) return 0;
        return ggn(J[(first + i) * units + unit]!, J[(first + j) * units + unit]!, H);
      });
      expectClose(values, expected, 1e-6);
    }
  });

  it('the diagonal of the last layer alone', () => {
    const all = ggnDiagonal(one.input);
    const last = names.slice(-2);
    const own = ggnDiagonal(one.input, ({ weight }) => weight.name === last[0]);
    expect(own).toEqual(Object.fromEntries(last.map((name) => [name, all[name]])));
  });

  it('mean and mean square of the gradients', () => {
    const { mean, meanSquare } = gradientMoments(one.input, { squares: true });
    const { targets, likelihood } = one.toy;
    const nll = (): number => {
      const operand = reference.alloc([6, one.toy.architecture.outputs]);
      reference.write(operand, one.outputs());
      return likelihood.nll(reference, operand, targets.subarray(0, 6), one.network.likelihood).nll / 6;
    };
    const single = Array.from({ length: 6 }, (_, n) => gradientMoments(only(one.input, n)).mean);
    for (const name of names) {
      const expected = Array.from(mean[name]!, (_, i) => {
        const [up, down] = slope(one.params, name, i, nll);
        return (up - down) / (2 * STEP);
      });
      expectClose(mean[name]!, expected);
      const squares = expected.map((_, i) => single.reduce((s, g) => s + g[name]![i]! ** 2 / 6, 0));
      expectClose(meanSquare![name]!, squares, 1e-12);
    }
  });
});

describe('Kronecker factors', () => {
  it.each(['mlp', 'regression'] as const)('are exact for one example of dense layers: %s', (kind) => {
    const one = problem(toyData(KEY, 1, kind), 1);
    const H = hessians(one);
    for (const { layer, a, g } of kroneckerFactors(one.input)) {
      const units = sizeOf(layer.bias.shape);
      const rows = layer.weight.fanIn + 1;
      const J = [...jacobian(one, layer.weight.name), ...jacobian(one, layer.bias.name)];
      J.forEach((column, i) =>
        expectClose(
          J.map((_, j) => {
            const [r, u, q, v] = [Math.floor(i / units), i % units, Math.floor(j / units), j % units];
            return a[r * rows + q]! * g[u * units + v]!;
          }),
          J.map((other) => ggn(column, other, H)),
        ),
      );
    }
  });

  it('of many examples are sums of single ones', () => {
    const one = problem(toyData(KEY, 5, 'cnn'), 5);
    const all = kroneckerFactors(one.input);
    const single = [0, 1, 2, 3, 4].map((n) => kroneckerFactors(only(one.input, n)));
    all.forEach(({ a, g }, l) => {
      expectClose(
        a,
        a.map((_, i) => single.reduce((sum, s) => sum + s[l]!.a[i]! / 5, 0)),
        1e-12,
      );
      expectClose(
        g,
        g.map((_, i) => single.reduce((sum, s) => sum + s[l]!.g[i]!, 0)),
        1e-12,
      );
    });
    expect(kroneckerFactors(one.input, { of: ({ kind }) => kind === 'dense' })).toEqual([all[2]]);
  });

  it('from random signs are right on average, and exact for one output', () => {
    const [mlp, regression] = (['mlp', 'regression'] as const).map((kind) =>
      problem(toyData(KEY, 40, kind), 40),
    );
    expect(kroneckerFactors(regression!.input, { signs: KEY })).toEqual(kroneckerFactors(regression!.input));
    const exact = kroneckerFactors(mlp!.input);
    const draws = Array.from({ length: 200 }, (_, s) =>
      kroneckerFactors(mlp!.input, { signs: fold(KEY, 'draw', s) }),
    );
    exact.forEach(({ a, g }, l) => {
      expect(draws[0]![l]!.a).toEqual(a);
      g.forEach((value, i) => {
        const values = draws.map((draw) => draw[l]!.g[i]!);
        const mean = values.reduce((s, v) => s + v) / values.length;
        const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length;
        expect(Math.abs(mean - value)).toBeLessThan(5 * Math.sqrt(variance / values.length) + 1e-12);
      });
    });
  });

  it('of a convolution are those of its windows, with more windows than filters and fewer', () => {
    const layers = layersOf(
      [3, 3, 2],
      [
        { kind: 'conv2d', filters: 3, kernel: [2, 2], stride: [1, 1], padding: 'same' },
        { kind: 'flatten' },
        { kind: 'dense', units: 1 },
      ],
    );
    const likelihood = gaussianLikelihood({ noise: 'fixed', sd: 0.5 }, { mean: 0, sd: 1 }, { kind: 'real' });
    const x = uniform(fold(KEY, 'x'), 36, -1, 1);
    const toy: Toy = {
      architecture: architectureOf([3, 3, 2], layers),
      likelihood,
      x,
      targets: Float32Array.of(1, 2),
      inputs: 18,
    };
    const one = problem(toy, 2);
    const { a, g } = kroneckerFactors(one.input)[0]!;
    const pixel = (n: number, r: number, c: number, ch: number): number =>
      r < 3 && c < 3 ? x[n * 18 + (r * 3 + c) * 2 + ch]! : 0;
    const windows = [0, 1].flatMap((n) =>
      Array.from({ length: 9 }, (_, p) => [
        ...Array.from({ length: 8 }, (_, k) =>
          pixel(n, Math.floor(p / 3) + Math.floor(k / 4), (p % 3) + (Math.floor(k / 2) % 2), k % 2),
        ),
        1,
      ]),
    );
    expectClose(
      a,
      Array.from(a, (_, i) => windows.reduce((s, w) => s + (w[Math.floor(i / 9)]! * w[i % 9]!) / 2, 0)),
      1e-12,
    );
    // The outputs are linear in those of the convolution, so the gradient that comes back is the last layer's weights, for every example.
    const last = reference.read(one.params['layers.1.weight']!);
    const slopes = Array.from({ length: 9 }, (_, p) => last.subarray(p * 3, p * 3 + 3));
    expectClose(
      g,
      Array.from(
        g,
        (_, i) => (2 / 9) * 4 * slopes.reduce((s, d) => s + d[Math.floor(i / 3)]! * d[i % 3]!, 0),
      ),
      1e-12,
    );
    // The mean squares of the inputs are the diagonal of A, per window.
    expectClose(
      inputRms(one.input)['layers.0.weight']!,
      Array.from({ length: 8 }, (_, r) => Math.sqrt(a[r * 9 + r]! / 9)),
      1e-12,
    );
  });
});

describe('root mean square of inputs', () => {
  it('is that of each feature of each dense layer, and 1 for a bias', () => {
    const one = problem(toyData(KEY, 7, 'mlp'), 7);
    const rms = inputRms(one.input);
    const column = (i: number): number[] => Array.from({ length: 7 }, (_, n) => one.toy.x[n * 4 + i]!);
    const expected = [0, 1, 2, 3].map((i) => Math.sqrt(column(i).reduce((s, v) => s + (v * v) / 7, 0)));
    expectClose(rms['layers.0.weight']!, expected, 1e-12);
    expect(rms['layers.0.bias']).toEqual(Float64Array.of(1));
    for (const { layer, a } of kroneckerFactors(one.input)) {
      const n = layer.weight.fanIn;
      expectClose(
        rms[layer.weight.name]!,
        Array.from({ length: n }, (_, r) => Math.sqrt(a[r * (n + 1) + r]!)),
        1e-12,
      );
    }
  });
});

it('refuses no examples, and a likelihood without a Hessian', () => {
  const one = problem(toyData(KEY, 2, 'mlp'), 2);
  const none = { ...one.input, examples: { ...one.input.examples, rows: new Uint32Array() } };
  expect(() => gradientMoments(none)).toThrow(expect.objectContaining({ code: 'E_CURVATURE' }));
  const likelihood = { ...one.input.likelihood, hessianRoot: undefined } as unknown as Likelihood;
  expect(() => ggnDiagonal({ ...one.input, likelihood })).toThrow(
    expect.objectContaining({ code: 'E_CURVATURE' }),
  );
});

describe('on the WebAssembly ops', () => {
  const sumsOf = (input: CurvatureInput): ByWeight => {
    const { mean, meanSquare } = gradientMoments(input, { squares: true });
    return {
      ...ggnDiagonal(input),
      ...Object.fromEntries(Object.entries(mean).map(([name, x]) => [`mean ${name}`, x])),
      ...Object.fromEntries(Object.entries(meanSquare!).map(([name, x]) => [`square ${name}`, x])),
      ...Object.fromEntries(Object.entries(inputRms(input)).map(([name, x]) => [`rms ${name}`, x])),
      ...Object.fromEntries(
        kroneckerFactors(input).flatMap(({ layer, a, g }) => [
          [`a ${layer.weight.name}`, a],
          [`g ${layer.weight.name}`, g],
        ]),
      ),
    };
  };
  it.each([
    ['mlp', 1003],
    ['cnn', 30],
    ['regression', 1001],
  ] as [ToyKind, number][])(
    'agrees with float64 over batches, and leaves no tensor: %s',
    async (kind, count) => {
      const ops = await startBackend();
      const toy = toyData(KEY, count, kind);
      const expected = sumsOf(problem(toy, count).input);
      const one = problem(toy, count, ops);
      const before = memory().numTensors;
      const actual = sumsOf(one.input);
      expect(memory().numTensors).toBe(before);
      for (const [name, values] of Object.entries(expected)) expectClose(actual[name]!, values, 1e-4);
      one.done();
    },
  );
});
