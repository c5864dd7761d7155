import {
  architectureOf,
  createRegistry,
  disposeParams,
  evaluate,
  fold,
  log,
  normalCdf,
  pruneContext,
  prune,
  rootKey,
  scoreWeights,
  type KeepMasks,
  type Params,
} from '@bbb/core';
import { toyData } from '@bbb/contract/toy';
import { referenceOps } from '@bbb/kernels';
import plugins, {
  bmrScore,
  gaussianModel,
  lampScore,
  layersOf,
  pointModel,
  posteriorZeroScore,
  shuffled,
} from '@bbb/plugins';
import { describe, expect, it } from 'vitest';

const ops = referenceOps();
const registry = createRegistry([plugins]);
const MOST = 3.4028234663852886e38;
const values = (...of: number[]): Float32Array => Float32Array.from(of);
const close = (got: ArrayLike<number>, expected: readonly number[]): void =>
  expect(Array.from(got).map((x) => Number(x.toPrecision(5)))).toEqual(
    expected.map((x) => Number(x.toPrecision(5))),
  );

describe('bmr', () => {
  it('is log p(0) - log q(0), under any Gaussian prior', () => {
    const density = (x: number, m: number, s: number): number =>
      log(Math.exp(-((x - m) ** 2) / (2 * s * s)) / s);
    const [mu, sigma] = [values(0.5, -1, 0.1), values(0.25, 0.5, 0.125)];
    close(
      bmrScore(mu, sigma, { mu: 0.25, sigma: 2 }),
      [...mu].map((m, i) => density(0, 0.25, 2) - density(0, m, sigma[i]!)),
    );
    expect(bmrScore(mu, sigma, { mu: values(0, 0, 0), sigma: values(1, 1, 1) })).toEqual(
      bmrScore(mu, sigma, { mu: 0, sigma: 1 }),
    );
  });

  it('is exactly the loss of evidence of a linear model, and below 0 if the evidence grows', () => {
    // y = w x + noise of variance 1, w ~ N(0, 1): posterior precision 1 + sum x^2. Reduced model: w = 0.
    const evidence = (x: number[], y: number[]): { full: number; reduced: number; m: number; s: number } => {
      const [xx, xy, yy] = [x, x, y].map((a, k) =>
        a.reduce((sum, v, i) => sum + v * [x, y, y][k]![i]!, 0),
      ) as [number, number, number];
      const s2 = 1 / (1 + xx);
      return {
        full: 0.5 * Math.log(s2) + 0.5 * s2 * xy * xy - yy / 2,
        reduced: -yy / 2,
        m: s2 * xy,
        s: Math.sqrt(s2),
      };
    };
    for (const y of [
      [0.1, -0.1, 0.05],
      [2, 1, -3],
    ]) {
      const { full, reduced, m, s } = evidence([1, 0.5, -2], y);
      const [score] = bmrScore(values(m), values(s), { mu: 0, sigma: 1 });
      expect(score).toBeCloseTo(full - reduced, 5);
    }
  });

  it('ranks several weights as computing the evidence without each of them does', () => {
    // Orthogonal inputs: the posterior is one Gaussian for each weight. Noise of variance 1, w ~ N(0, 1).
    const columns = [
      [1, 1, 1, 1],
      [0.6, -0.6, 0.6, -0.6],
      [2, 2, -2, -2],
      [0.3, -0.3, -0.3, 0.3],
    ];
    const y = [1.1, 0.2, -0.4, 0.9];
    /** log N(y; 0, I + X X^T), by Gaussian elimination. */
    const logEvidence = (of: readonly (readonly number[])[]): number => {
      const rows = y.map((value, r) => [
        ...y.map((_, q) => of.reduce((sum, x) => sum + x[r]! * x[q]!, 0) + (r === q ? 1 : 0)),
        value,
      ]);
      let logDet = 0;
      let quadratic = 0;
      for (let i = 0; i < y.length; i++) {
        const pivot = rows[i]![i]!;
        logDet += Math.log(pivot);
        quadratic += rows[i]!.at(-1)! ** 2 / pivot;
        for (let k = i + 1; k < y.length; k++) {
          const factor = rows[k]![i]! / pivot;
          rows[k] = rows[k]!.map((v, j) => v - factor * rows[i]![j]!);
        }
      }
      return -0.5 * (quadratic + logDet);
    };
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, v, i) => sum + v * b[i]!, 0);
    const variances = columns.map((x) => 1 / (1 + dot(x, x)));
    const scores = bmrScore(
      values(...columns.map((x, i) => variances[i]! * dot(x, y))),
      values(...variances.map(Math.sqrt)),
      { mu: 0, sigma: 1 },
    );
    const lost = columns.map((_, i) => logEvidence(columns) - logEvidence(columns.toSpliced(i, 1)));
    lost.forEach((nats, i) => expect(scores[i]).toBeCloseTo(nats, 5));
    const order = (of: ArrayLike<number>): number[] => [0, 1, 2, 3].toSorted((i, j) => of[i]! - of[j]!);
    expect(order(scores)).toEqual(order(lost));
    expect(Math.min(...lost)).toBeLessThan(0);
    expect(Math.max(...lost)).toBeGreaterThan(0);
  });

  it('scores a certain weight highest and a certain zero lowest', () => {
    expect(bmrScore(values(1, 0), values(0, 0), { mu: 0, sigma: 1 })).toEqual(values(MOST, -MOST));
  });
});

describe('lamp', () => {
  it('divides each square by the sum of the squares that are not smaller', () => {
    close(lampScore(values(3, -1, 2, 0, 2)), [9 / 9, 1 / 18, 4 / 17, 0, 4 / 13]);
  });
});

describe('posterior-zero', () => {
  it('is the probability of being near zero, and still ranks weights whose probability underflows', () => {
    const scores = posteriorZeroScore(values(0.02, -0.02, 1, 50, 60), values(0.01, 0.01, 1, 1, 1), 0.01);
    const mass = normalCdf(-1) - normalCdf(-3);
    close(scores.subarray(0, 3), [-log(mass), -log(mass), -log(normalCdf(-0.99) - normalCdf(-1.01))]);
    expect(scores[4]).toBeGreaterThan(scores[3]!);
  });

  it('handles weights with sigma = 0', () => {
    expect(posteriorZeroScore(values(0.005, 0.02), values(0, 0), 0.01)).toEqual(values(0, MOST));
  });
});

describe('shuffle-within-layer', () => {
  it('gives the same scores in another order, with the needs, units and scope of the criterion inside', () => {
    const scores = Float32Array.from({ length: 50 }, (_, i) => i);
    const other = shuffled(scores, rootKey(1));
    expect(other.toSorted()).toEqual(scores);
    expect(other).not.toEqual(scores);
    expect(shuffled(scores, rootKey(1))).toEqual(other);
  });

  it('removes as many weights of each layer as the criterion inside', () => {
    const { context } = network('point');
    const count = (use: string, options: object): number[] => {
      const { tensors } = scoreWeights(
        { use, options: options as never },
        registry,
        context,
        WHICH,
        rootKey(2),
      );
      return tensors.map(({ scores }) => scores.filter((score) => score < 0.2).length);
    };
    const of = { use: 'magnitude', options: {} };
    expect(count('shuffle-within-layer', { of })).toEqual(count('magnitude', {}));
  });
});

const WHICH = { include: ['weight', 'bias'] } as const;

/** Two inputs, two hidden units, and another layer of two, untrained. */
function network(kind: 'point' | 'gaussian') {
  const toy = toyData(rootKey(5), 40, 'mlp');
  const architecture = architectureOf(
    [4],
    layersOf([4], [{ kind: 'dense', units: 3 }, { kind: 'relu' }, { kind: 'dense', units: 3 }]),
  );
  const parts = { ops, architecture, likelihood: toy.likelihood, batchSize: 40 };
  const optimizer = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
  const method = (): never => {
    throw new Error('none inside');
  };
  const whole = { ...parts, optimizer, method };
  const model =
    kind === 'point' ? pointModel(whole, { kind: 'fan-in' }) : gaussianModel(whole, { kind: 'fan-in' }, -1);
  const params = model.init(fold(rootKey(6), 'init'));
  const examples = {
    features: toy.x,
    targets: toy.targets,
    inputShape: [4],
    rows: Uint32Array.from({ length: 40 }, (_, i) => i),
    preprocessing: { input: { kind: 'divide' as const, divisor: 1 } },
  };
  const { likelihood } = toy;
  const context = pruneContext({ ops, model, likelihood, params, init: rootKey(6), examples });
  const nll = (at: Params): number =>
    evaluate({ ops, model, likelihood }, at, { test: examples, outOfDistribution: {} }, 0, rootKey(0))
      .evaluations[0]!.metrics.nll;
  return { model, params, context, architecture, nll };
}

describe('criteria of units', () => {
  const unitScores = (use: string, kind: 'point' | 'gaussian', options: object = {}): Float32Array =>
    scoreWeights({ use, options: options as never }, registry, network(kind).context, WHICH, rootKey(0))
      .tensors[0]!.scores;

  it('unit-norm is the root mean square into, out of, or both', () => {
    const { context } = network('point');
    const [into, , out] = context.posterior;
    const rms = (all: number[]): number => Math.sqrt(all.reduce((sum, w) => sum + w * w, 0) / all.length);
    const a = [0, 1, 2].map((u) => rms([...into!.mu].filter((_, i) => i % 3 === u)));
    const b = [0, 1, 2].map((u) => rms([...out!.mu].filter((_, i) => Math.floor(i / 3) === u)));
    close(unitScores('unit-norm', 'point', { of: 'in' }), a);
    close(unitScores('unit-norm', 'point', { of: 'out' }), b);
    close(
      unitScores('unit-norm', 'point'),
      a.map((x, u) => x * b[u]!),
    );
  });

  it('unit-snr is sqrt(sum mu^2 / sum sigma^2) around the unit', () => {
    const { context } = network('gaussian');
    const [into, , out] = context.posterior;
    const expected = [0, 1, 2].map((u) => {
      const sum = (pick: 'mu' | 'sigma'): number =>
        [...into![pick]!].reduce((s, w, i) => s + (i % 3 === u ? w * w : 0), 0) +
        [...out![pick]!].reduce((s, w, i) => s + (Math.floor(i / 3) === u ? w * w : 0), 0);
      return Math.sqrt(sum('mu') / sum('sigma'));
    });
    close(unitScores('unit-snr', 'gaussian'), expected);
  });

  it('unit-taylor is the derivative of the loss when the unit is scaled down, by finite differences', () => {
    const { model, params, context, nll } = network('point');
    const next = 'layers.1.weight';
    const before = ops.read(params[next]!).slice();
    const faded = [0, 1, 2].map((unit) => {
      const at = (factor: number): number => {
        ops.write(
          params[next]!,
          before.map((w, i) => (Math.floor(i / 3) === unit ? w * factor : w)),
        );
        return nll(params);
      };
      const slope = (at(1 + 1e-4) - at(1 - 1e-4)) / 2e-4;
      ops.write(params[next]!, before);
      return Math.abs(slope);
    });
    const { scores } = scoreWeights({ use: 'unit-taylor', options: {} }, registry, context, WHICH, rootKey(0))
      .tensors[0]!;
    scores.forEach((score, unit) => expect(score).toBeCloseTo(faded[unit]!, 5));
    disposeParams(ops, params);
    expect(model.params.length).toBe(4);
  });

  it('a unit without effect is removed first by every criterion', () => {
    const { model, params, context, architecture } = network('point');
    const keep: KeepMasks = Object.fromEntries(
      architecture.weights.map(({ name, shape }) => [
        name,
        Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
          name.startsWith('layers.0') && i % 3 === 1 ? 0 : 1,
        ),
      ]),
    );
    prune(ops, model, params, keep);
    const { scores } = scoreWeights(
      { use: 'unit-norm', options: { of: 'out' } },
      registry,
      context,
      WHICH,
      rootKey(0),
    ).tensors[0]!;
    expect(scores[1]).toBe(-Infinity);
  });
});
