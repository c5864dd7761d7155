import {
  fold,
  mixtureCdf,
  mixtureCrps,
  mixtureMean,
  mixtureNll,
  mixtureQuantile,
  mixtureVariances,
  normals,
  permutation,
  regressionDetection,
  regressionMetrics,
  rootKey,
  uniform,
  type GaussianMixture,
  type RegressionPrediction,
} from '@bbb/core';
import { describe, expect, it } from 'vitest';

const KEY = rootKey(81);

/** Members with small and large means and standard deviations. */
function mixtureOf(members: number, seed: number, spread = 1): GaussianMixture {
  const means = uniform(fold(KEY, 'means', seed), members, -2, 2);
  const sds = uniform(fold(KEY, 'sds', seed), members, 0.2, 1.5);
  return { means: Float64Array.from(means, (m) => 5 + m), sds: Float64Array.from(sds, (s) => s * spread) };
}

const ONE: GaussianMixture = { means: [3], sds: [2] };
const MIXTURES: [string, GaussianMixture][] = [
  ['one member', ONE],
  ['three members', mixtureOf(3, 1)],
  ['twenty members', mixtureOf(20, 2)],
  ['two that are far apart', { means: [-50, 70], sds: [0.5, 3] }],
  ['a narrow and a wide one', { means: [1, 1], sds: [0.01, 10] }],
];

const density = ({ means, sds }: GaussianMixture, y: number): number => {
  let sum = 0;
  for (let s = 0; s < means.length; s++)
    sum += Math.exp(-((y - means[s]!) ** 2) / (2 * sds[s]! ** 2)) / (sds[s]! * Math.sqrt(2 * Math.PI));
  return sum / means.length;
};

/** Simpson's rule on pieces. The pieces are small near narrow members. */
function integral(
  { means, sds }: GaussianMixture,
  f: (y: number) => number,
  from: number,
  to: number,
): number {
  const ends = new Set([from, to]);
  for (let s = 0; s < means.length; s++)
    for (const k of [-12, -6, -2, 0, 2, 6, 12])
      ends.add(Math.min(to, Math.max(from, means[s]! + k * sds[s]!)));
  const sorted = [...ends].toSorted((a, b) => a - b);
  return sorted.slice(1).reduce((sum, end, k) => {
    const start = sorted[k]!;
    const n = 300;
    const h = (end - start) / n;
    let part = 0;
    for (let i = 0; i <= n; i++) part += (i === 0 || i === n ? 1 : i % 2 ? 4 : 2) * f(start + i * h);
    return sum + (part * h) / 3;
  }, 0);
}

const range = ({ means, sds }: GaussianMixture): [number, number] => {
  const ends = Array.from({ length: means.length }, (_, s) => [
    means[s]! - 12 * sds[s]!,
    means[s]! + 12 * sds[s]!,
  ]);
  return [Math.min(...ends.map(([low]) => low!)), Math.max(...ends.map(([, high]) => high!))];
};

describe.each(MIXTURES)('a mixture of %s', (_title, mixture) => {
  const [low, high] = range(mixture);
  const points = [0.02, 0.3, 0.5, 0.61, 0.97].map((part) => low + part * (high - low));

  it('has the mean and the variance of its density', () => {
    const moment = (f: (y: number) => number): number =>
      integral(mixture, (y) => f(y) * density(mixture, y), low, high);
    const mean = moment((y) => y);
    const { epistemic, aleatoric } = mixtureVariances(mixture);
    expect(mixtureMean(mixture)).toBeCloseTo(mean, 7);
    expect((epistemic + aleatoric) / moment((y) => (y - mean) ** 2)).toBeCloseTo(1, 7);
  });

  it('has the NLL of its density, and a finite one where that is 0 to double precision', () => {
    for (const y of points) {
      const p = density(mixture, y);
      if (p > 1e-290) expect(mixtureNll(mixture, y)).toBeCloseTo(-Math.log(p), 10);
    }
    const y = mixtureMean(mixture) + 1e6;
    const nearest = Math.min(
      ...Array.from(
        mixture.means,
        (m, s) => 0.5 * ((y - m) / mixture.sds[s]!) ** 2 + Math.log(mixture.sds[s]!),
      ),
    );
    const nll = mixtureNll(mixture, y);
    expect(Number.isFinite(nll)).toBe(true);
    // One member dominates the mixture.
    expect(nll - nearest).toBeGreaterThan(0);
    expect(nll - nearest).toBeLessThan(0.92 + Math.log(mixture.means.length));
  });

  it('has P(Y <= y) as the integral of its density, and quantiles as the inverse', () => {
    for (const y of points)
      expect(mixtureCdf(mixture, y)).toBeCloseTo(
        integral(mixture, (t) => density(mixture, t), low, y),
        8,
      );
    for (const p of [1e-6, 0.025, 0.05, 0.25, 0.5, 0.75, 0.9, 0.975, 1 - 1e-6]) {
      const y = mixtureQuantile(mixture, p);
      expect(Math.abs(mixtureCdf(mixture, y) - p)).toBeLessThan(1e-9);
      // Between distant members P is constant, so every y there is a quantile.
      if (density(mixture, y) > 1e-9) expect(y).toBeCloseTo(bisected(mixture, p), 6);
    }
  });

  it('has the integral of (F(y) - 1{y >= target})^2 as CRPS', () => {
    for (const target of points) {
      const below = integral(mixture, (y) => mixtureCdf(mixture, y) ** 2, Math.min(low, target), target);
      const above = integral(
        mixture,
        (y) => (1 - mixtureCdf(mixture, y)) ** 2,
        target,
        Math.max(high, target),
      );
      expect(mixtureCrps(mixture, target)).toBeCloseTo(below + above, 6);
    }
  });

  it('does not depend on the order of its members', () => {
    const order = permutation(fold(KEY, 'order'), mixture.means.length);
    const shuffled = {
      means: Array.from(order, (i) => mixture.means[i]!),
      sds: Array.from(order, (i) => mixture.sds[i]!),
    };
    for (const y of points) {
      for (const f of [mixtureNll, mixtureCdf, mixtureCrps])
        expect(Math.abs(f(shuffled, y) - f(mixture, y))).toBeLessThan(1e-12 * (1 + Math.abs(f(mixture, y))));
    }
  });
});

/** The quantile, found only by bisection. */
function bisected(mixture: GaussianMixture, p: number): number {
  let [low, high] = range(mixture);
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (mixtureCdf(mixture, middle) < p) low = middle;
    else high = middle;
  }
  return low;
}

describe('one Gaussian', () => {
  it('has closed forms', () => {
    for (const y of [-3, 1, 3, 4.5, 20]) {
      const z = (y - 3) / 2;
      expect(mixtureNll(ONE, y)).toBeCloseTo(0.5 * z * z + Math.log(2 * Math.sqrt(2 * Math.PI)), 12);
      const phi = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      // Gneiting & Raftery 2007, equation 21.
      const crps = 2 * (z * (2 * mixtureCdf(ONE, y) - 1) + 2 * phi - 1 / Math.sqrt(Math.PI));
      expect(mixtureCrps(ONE, y)).toBeCloseTo(crps, 12);
    }
    expect(mixtureQuantile(ONE, 0.975)).toBeCloseTo(3 + 2 * 1.959963984540054, 10);
    expect(mixtureVariances(ONE)).toEqual({ epistemic: 0, aleatoric: 4 });
  });

  it('has the absolute error as CRPS if it has almost no spread', () => {
    expect(mixtureCrps({ means: [3], sds: [1e-9] }, 5.5)).toBeCloseTo(2.5, 8);
  });
});

/** Predictions of four members for this many examples. */
function predictions(examples: number, seed: number, spread = 1): RegressionPrediction {
  const mixtures = Array.from({ length: examples }, (_, i) => mixtureOf(4, 1000 * seed + i, spread));
  return { examples, of: (i) => mixtures[i]! };
}

describe('the metrics of a regression', () => {
  const N = 60;
  const prediction = predictions(N, 1);
  const targets = Float64Array.from(uniform(fold(KEY, 'targets'), N, 1, 9));
  const { metrics, calibration } = regressionMetrics(prediction, targets);
  const all = Array.from(targets, (y, i) => ({ y, mixture: prediction.of(i) }));
  const mean = (f: (one: (typeof all)[number]) => number): number =>
    all.reduce((sum, one) => sum + f(one), 0) / N;

  it('agree with brute force', () => {
    expect(metrics.rmse).toBeCloseTo(
      Math.sqrt(mean(({ y, mixture }) => (y - mixtureMean(mixture)) ** 2)),
      12,
    );
    expect(metrics.mae).toBeCloseTo(
      mean(({ y, mixture }) => Math.abs(y - mixtureMean(mixture))),
      12,
    );
    expect(metrics.nll).toBeCloseTo(
      mean(({ y, mixture }) => -Math.log(density(mixture, y))),
      10,
    );
    expect(metrics.crps).toBeCloseTo(
      mean(({ y, mixture }) => mixtureCrps(mixture, y)),
      12,
    );
    expect(metrics.epistemic ** 2).toBeCloseTo(
      mean(({ mixture }) => mixtureVariances(mixture).epistemic),
      12,
    );
    expect(metrics.aleatoric ** 2).toBeCloseTo(
      mean(({ mixture }) => mixtureVariances(mixture).aleatoric),
      12,
    );
  });

  it.each([50, 90, 95] as const)(
    'count the targets in central intervals of %d %%, and give their width',
    (share) => {
      const tail = (1 - share / 100) / 2;
      const ends = all.map(({ mixture }) => [bisected(mixture, tail), bisected(mixture, 1 - tail)] as const);
      const inside = ends.filter(([low, high], i) => targets[i]! >= low && targets[i]! <= high);
      expect(metrics[`coverage${share}`]).toBe(inside.length / N);
      expect(metrics[`width${share}`]).toBeCloseTo(
        ends.reduce((sum, [low, high]) => sum + high - low, 0) / N,
        7,
      );
    },
  );

  it('have the share of targets below each quantile as calibration curve, and the distance of the curve from the diagonal', () => {
    expect(calibration.map(([p]) => p)).toEqual(Array.from({ length: 19 }, (_, i) => (i + 1) / 20));
    for (const [p, seen] of calibration)
      expect(seen).toBe(all.filter(({ y, mixture }) => y <= bisected(mixture, p)).length / N);
    const distance = calibration.reduce((sum, [p, seen]) => sum + Math.abs(p - seen), 0) / 19;
    expect(metrics.calibrationError).toBeCloseTo(distance, 12);
  });

  it('do not depend on the order of the examples', () => {
    const order = permutation(fold(KEY, 'examples'), N);
    const shuffled = { examples: N, of: (i: number) => prediction.of(order[i]!) };
    const again = regressionMetrics(
      shuffled,
      Float64Array.from(order, (i) => targets[i]!),
    );
    for (const [name, value] of Object.entries(metrics))
      expect(Math.abs(again.metrics[name as keyof typeof metrics] - value)).toBeLessThan(1e-12);
    expect(again.calibration).toEqual(calibration);
  });

  it('are calibrated for targets that the members drew', () => {
    const examples = 1500;
    const drawn = predictions(examples, 2);
    const z = normals(fold(KEY, 'z'), examples);
    const which = uniform(fold(KEY, 'member'), examples, 0, 4);
    const own = Float64Array.from(Array.from({ length: examples }).keys(), (i) => {
      const { means, sds } = drawn.of(i);
      const s = Math.min(3, Math.floor(which[i]!));
      return means[s]! + sds[s]! * z[i]!;
    });
    const { metrics: seen, calibration: curve } = regressionMetrics(drawn, own);
    const within = (share: number, p: number): void => {
      expect(Math.abs(share - p) / Math.sqrt((p * (1 - p)) / examples)).toBeLessThan(4);
    };
    within(seen.coverage50, 0.5);
    within(seen.coverage90, 0.9);
    within(seen.coverage95, 0.95);
    for (const [p, share] of curve) within(share, p);
    // CRPS and NLL are proper scores: standard deviations other than those of the targets have a higher loss.
    for (const spread of [0.5, 2]) {
      const other = regressionMetrics(
        {
          examples,
          of(i) {
            const { means, sds } = drawn.of(i);
            return { means, sds: Array.from(sds, (sd) => spread * sd) };
          },
        },
        own,
      ).metrics;
      expect(other.nll).toBeGreaterThan(seen.nll);
      expect(other.crps).toBeGreaterThan(seen.crps);
    }
  });

  it('detect examples of another distribution by their spread: all, none, or half', () => {
    const wide = predictions(N, 3, 50);
    expect(regressionDetection(prediction, wide).predictiveSd!.auroc).toBe(1);
    expect(regressionDetection(wide, prediction).predictiveSd!.auroc).toBe(0);
    expect(regressionDetection(prediction, prediction).epistemicSd!.auroc).toBe(0.5);
  });
});
