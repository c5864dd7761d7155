import { describe, expect, it } from 'vitest';
import { checkSpace, fold, rootKey, valueAt, type Observation, type Sampler, type Space } from '@bbb/core';
import builtIn, {
  haltonSampler,
  radicalInverse,
  randomSampler,
  sobolBits,
  sobolSampler,
  tpeSampler as createTpe,
  type TpeOptions,
} from '@bbb/plugins';

const tpeSampler = createTpe(builtIn.samplers!['tpe']!.options.parse({}) as TpeOptions);

/** Branin-Hoo on [-5, 10] x [0, 15]: minimum 0.397887. */
function branin(x: number, y: number): number {
  const a = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
  return a ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}
const braninSpace: Space = {
  x: { kind: 'uniform', low: -5, high: 10 },
  y: { kind: 'uniform', low: 0, high: 15 },
};

/** Hartmann-6 on the unit cube: minimum -3.32237. */
function hartmann6(v: readonly number[]): number {
  const alpha = [1, 1.2, 3, 3.2];
  const a = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ];
  const p = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
  ];
  return -alpha.reduce(
    (sum, weight, i) =>
      sum + weight * Math.exp(-v.reduce((d, x, j) => d + a[i]![j]! * (x - p[i]![j]! * 1e-4) ** 2, 0)),
    0,
  );
}
const hartmannSpace: Space = Object.fromEntries(
  Array.from({ length: 6 }, (_, i) => [`x${i}`, { kind: 'uniform', low: 0, high: 1 } as const]),
);

function search(
  sampler: Sampler,
  space: Space,
  loss: (values: number[]) => number,
  evaluations: number,
  seed: number,
): number {
  const history: Observation[] = [];
  for (let index = 0; index < evaluations; index++) {
    const point = sampler.suggest(space, history, index, rootKey(seed));
    const values = Object.entries(space).map(
      ([path, dimension]) => valueAt(dimension, point[path]!) as number,
    );
    history.push({ point, loss: loss(values) });
  }
  return Math.min(...history.map((observation) => observation.loss));
}
const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('the benchmark functions', () => {
  it('have their published minima', () => {
    expect(branin(Math.PI, 2.275)).toBeCloseTo(0.397887, 5);
    expect(hartmann6([0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573])).toBeCloseTo(-3.32237, 4);
  });
});

describe('TPE', () => {
  it.each([
    ['Branin', braninSpace, ([x, y]: number[]) => branin(x!, y!)],
    ['Hartmann-6', hartmannSpace, hartmann6],
  ] as const)('beats random search on %s over 20 seeds', (_name, space, loss) => {
    const run = (sampler: Sampler): number[] =>
      seeds.map((seed) => search(sampler, space, (v) => loss(v), 100, seed));
    const [tpe, random] = [run(tpeSampler), run(randomSampler)];
    expect(mean(tpe)).toBeLessThan(mean(random));
    // The advantage must not come from a few lucky runs. For a fair coin, 14 or more wins of 20 have p < 0.06.
    expect(tpe.filter((value, i) => value < random[i]!).length).toBeGreaterThanOrEqual(14);
  });

  it.each([
    ['Halton', haltonSampler],
    ['Sobol', sobolSampler],
  ])('beats random search with %s points in two dimensions, on Branin', (_name, sampler) => {
    const run = (each: Sampler): number[] =>
      seeds.map((seed) => search(each, braninSpace, ([x, y]) => branin(x!, y!), 100, seed));
    const [even, random] = [run(sampler), run(randomSampler)];
    expect(mean(even)).toBeLessThan(mean(random));
    expect(even.filter((value, i) => value < random[i]!).length).toBeGreaterThanOrEqual(14);
  });

  it('is a pure function of history, index and key', () => {
    const history = Array.from({ length: 30 }, (_, i) => ({
      point: randomSampler.suggest(braninSpace, [], i, rootKey(1)),
      loss: i % 7,
    }));
    const once = tpeSampler.suggest(braninSpace, history, 30, rootKey(2));
    expect(tpeSampler.suggest(braninSpace, structuredClone(history), 30, rootKey(2))).toEqual(once);
    expect(tpeSampler.suggest(braninSpace, history, 31, rootKey(2))).not.toEqual(once);
  });

  it('prefers the value of a choice that had low losses', () => {
    const space: Space = { method: { kind: 'choice', values: ['a', 'b', 'c'] } };
    const history = Array.from({ length: 40 }, (_, i) => ({
      point: { method: ((i % 3) + 0.5) / 3 },
      loss: i % 3 === 1 ? 0 : 1 + i / 100,
    }));
    const chosen = seeds.map((i) =>
      valueAt(space['method']!, tpeSampler.suggest(space, history, 40 + i, rootKey(0))['method']!),
    );
    expect(chosen.filter((value) => value === 'b').length).toBeGreaterThan(15);
  });
});

describe('the Halton sequence', () => {
  it('mirrors digits', () => {
    expect([1, 2, 3, 4, 5].map((n) => radicalInverse(n, 2))).toEqual([0.5, 0.25, 0.75, 0.125, 0.625]);
    expect(radicalInverse(5, 3)).toBeCloseTo(2 / 3 + 1 / 9, 15);
  });
});

describe('the Sobol sequence', () => {
  it('begins with the published points', () => {
    const points = [0, 1, 2, 3].map((index) => [0, 1].map((d) => sobolBits(index, d) / 2 ** 32));
    expect(points).toEqual([
      [0, 0],
      [0.5, 0.5],
      [0.25, 0.75],
      [0.75, 0.25],
    ]);
  });

  it.each(Array.from({ length: 14 }, (_, i) => i + 1))(
    'has one of its first 2^%i points in each of so many corners of the cube (property A)',
    (dimensions) => {
      const corners = Array.from({ length: 2 ** dimensions }, (_, index) =>
        Array.from({ length: dimensions }, (_, d) => sobolBits(index, d) >>> 31).join(''),
      );
      expect(new Set(corners).size).toBe(2 ** dimensions);
    },
  );

  it('has one of any 2^k consecutive points in each of 2^k parts of every dimension, shifted by any key', () => {
    const space: Space = Object.fromEntries(
      Array.from({ length: 21 }, (_, i) => [`x${i}`, { kind: 'uniform', low: 0, high: 1 } as const]),
    );
    const points = Array.from({ length: 64 }, (_, i) => sobolSampler.suggest(space, [], 64 + i, rootKey(5)));
    for (const path of Object.keys(space))
      expect(new Set(points.map((point) => Math.floor(point[path]! * 64))).size, path).toBe(64);
    const wider = { ...space, more: { kind: 'uniform', low: 0, high: 1 } as const };
    expect(() => sobolSampler.suggest(wider, [], 0, rootKey(5))).toThrow(
      expect.objectContaining({ code: 'E_SEARCH_SPACE' }),
    );
  });
});

it.each([
  ['Halton', haltonSampler],
  ['Sobol', sobolSampler],
])('%s covers a square more evenly than random points: smaller star discrepancy on a grid', (_, sampler) => {
  const discrepancy = (sampler: Sampler, seed: number): number => {
    const points = Array.from({ length: 128 }, (_, i) => sampler.suggest(braninSpace, [], i, rootKey(seed)));
    let worst = 0;
    for (let i = 1; i <= 16; i++) {
      for (let j = 1; j <= 16; j++) {
        const inside = points.filter((p) => p['x']! < i / 16 && p['y']! < j / 16).length;
        worst = Math.max(worst, Math.abs(inside / points.length - (i * j) / 256));
      }
    }
    return worst;
  };
  const of = (sampler: Sampler): number => mean(seeds.map((seed) => discrepancy(sampler, seed)));
  expect(of(sampler)).toBeLessThan(0.6 * of(randomSampler));
});

describe('spaces', () => {
  it('map the unit interval onto their values', () => {
    expect(valueAt({ kind: 'logUniform', low: 1e-4, high: 1e-2 }, 0.5)).toBeCloseTo(1e-3, 15);
    expect(valueAt({ kind: 'logUniform', low: 0.3, high: 1 }, 0)).toBe(0.3);
    expect([0, 0.3, 0.999].map((u) => valueAt({ kind: 'int', low: 2, high: 4 }, u))).toEqual([2, 2, 4]);
    expect(valueAt({ kind: 'choice', values: ['a', 'b'] }, 0.5)).toBe('b');
  });

  it("can't be empty", () => {
    for (const bad of [
      { kind: 'uniform', low: 1, high: 1 },
      { kind: 'logUniform', low: 0, high: 1 },
      { kind: 'int', low: 3, high: 2 },
    ] as const) {
      expect(() => checkSpace({ 'training.x': bad })).toThrow(
        expect.objectContaining({ code: 'E_SEARCH_SPACE' }),
      );
    }
  });

  it('are sampled over all of their range by every sampler', () => {
    for (const sampler of [randomSampler, haltonSampler, sobolSampler]) {
      const us = Array.from(
        { length: 200 },
        (_, i) => sampler.suggest({ x: braninSpace['x']! }, [], i, fold(rootKey(4), 'x'))['x']!,
      );
      expect(Math.min(...us)).toBeLessThan(0.05);
      expect(Math.max(...us)).toBeGreaterThan(0.95);
      expect(us.every((u) => u >= 0 && u < 1)).toBe(true);
    }
  });
});
