import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  augrc,
  auroc,
  categoricalDetection,
  classwiseEce,
  coverageAtRisk,
  riskAtCoverage,
  riskCoverage,
  smoothEce,
  UncertaintyAccumulator,
} from '@bbb/core';

/** Two classes: the confidence in class 0, and whether the prediction is right. */
function binary(all: readonly (readonly [confidence: number, right: boolean])[]) {
  return {
    p: Float64Array.from(all.flatMap(([p]) => [p, 1 - p])),
    labels: Uint8Array.from(all, ([, right]) => (right ? 0 : 1)),
  };
}
const answers = fc.array(
  fc.tuple(
    fc.integer({ min: 501, max: 999 }).map((n) => n / 1000),
    fc.boolean(),
  ),
  {
    minLength: 1,
    maxLength: 40,
  },
);

describe('AUGRC', () => {
  it('is (1 - AUROC) accuracy error + error^2 / 2', () => {
    fc.assert(
      fc.property(answers, (all) => {
        const { p, labels } = binary(all);
        const a = accuracy(p, labels, 2);
        const doubts = (right: boolean): number[] => all.filter((one) => one[1] === right).map(([q]) => -q);
        const found = a === 0 || a === 1 ? 1 : auroc(doubts(false), doubts(true));
        expect(augrc(p, labels, 2)).toBeCloseTo((1 - found) * a * (1 - a) + (1 - a) ** 2 / 2, 12);
      }),
    );
  });

  it('is half where every answer is wrong, and 0 where all are right', () => {
    const wrong = binary([
      [0.9, false],
      [0.7, false],
    ]);
    expect(augrc(wrong.p, wrong.labels, 2)).toBe(0.5);
    expect(augrc(wrong.p, Uint8Array.of(0, 0), 2)).toBe(0);
  });
});

describe('risk and coverage', () => {
  // In order of confidence: one wrong, nine right, then ten wrong predictions.
  const all = Array.from(
    { length: 20 },
    (_, i): [number, boolean] => [0.99 - i / 100, i > 0 && i < 10] as const,
  );
  const { p, labels } = binary(all);
  const curve = riskCoverage(p, labels, 2);

  it('are read off the curve, of any shape', () => {
    expect(coverageAtRisk(curve, 0.1)).toBe(0.5);
    expect(coverageAtRisk(curve, 0.05)).toBe(0);
    expect(coverageAtRisk(curve, 1)).toBe(1);
    expect(riskAtCoverage(curve, 0.5)).toBeCloseTo(0.1, 12);
    expect(riskAtCoverage(curve, 0.8)).toBeCloseTo(7 / 16, 12);
    expect(riskAtCoverage(curve, 1)).toBeCloseTo(11 / 20, 12);
  });
});

describe('smooth ECE', () => {
  it('is the gap itself if all examples are equally sure', () => {
    const all = Array.from({ length: 10 }, (_, i) => [0.8, i < 6] as const);
    const { p, labels } = binary(all);
    expect(smoothEce(p, labels, 2)).toBeCloseTo(0.2, 9);
  });

  it('adds up gaps of opposite sign that are far apart, and cancels near ones', () => {
    const at = (low: number, high: number) => {
      const { p, labels } = binary([
        ...Array.from({ length: 100 }, (_, i) => [low, i < Math.round(100 * low) + 2] as const),
        ...Array.from({ length: 100 }, (_, i) => [high, i < Math.round(100 * high) - 2] as const),
      ]);
      return smoothEce(p, labels, 2);
    };
    expect(at(0.55, 0.95)).toBeCloseTo(0.02, 6);
    expect(at(0.75, 0.76)).toBeLessThan(0.009);
  });

  it('agrees with its integral, by direct quadrature of the reflected Gaussian', () => {
    const all = Array.from(
      { length: 30 },
      (_, i): [number, boolean] => [0.5 + ((i * 7919) % 500) / 1000, i % 3 !== 0] as const,
    );
    const { p, labels } = binary(all);
    const smoothed = (width: number): number => {
      const density = (z: number): number =>
        Math.exp(-0.5 * (z / width) ** 2) / (width * Math.sqrt(2 * Math.PI));
      const nodes = 4000;
      let sum = 0;
      for (let k = 0; k < nodes; k++) {
        const t = (k + 0.5) / nodes;
        let gap = 0;
        for (const [q, right] of all)
          gap += ((right ? 1 : 0) - q) * (density(t - q) + density(t + q) + density(2 - t - q));
        sum += Math.abs(gap) / all.length / nodes;
      }
      return sum;
    };
    const width = smoothEce(p, labels, 2);
    expect(smoothed(width)).toBeCloseTo(width, 4);
  });

  it('is 0 without a gap', () => {
    expect(smoothEce(Float64Array.of(1, 0, 1, 0), Uint8Array.of(0, 0), 2)).toBe(0);
  });
});

describe('classwise ECE', () => {
  it('finds errors that the most probable class hides', () => {
    // Class 0 is calibrated; the other two are exchanged.
    const rows = Array.from({ length: 10 }, () => [0.6, 0.3, 0.1]);
    const labels = Uint8Array.from([0, 0, 0, 0, 0, 0, 2, 2, 2, 1]);
    const p = Float64Array.from(rows.flat());
    expect(classwiseEce(p, labels, 3)).toBeCloseTo((0 + 0.2 + 0.2) / 3, 12);
  });
});

describe('energy and the largest logit', () => {
  const predict = (...members: number[][]) => {
    const accumulator = new UncertaintyAccumulator(members[0]!.length / 3, 3);
    for (const member of members) accumulator.addLogits(Float64Array.from(member));
    return accumulator.finish();
  };

  it('are the mean over members of -log sum e^z and of the maximum', () => {
    const u = predict([1, 2, 3], [0, 0, 600]);
    const first = -Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
    expect(u.energy![0]).toBeCloseTo((first - 600) / 2, 9);
    expect(u.maxLogit![0]).toBe(301.5);
  });

  it('distinguish outputs that softmax makes equal', () => {
    const inside = predict([10, 0, 0, 12, 2, 2]);
    const outside = predict([1, -9, -9, 0, -10, -10]);
    const found = categoricalDetection(inside, outside);
    expect(found['energy']!.auroc).toBe(1);
    expect(found['maxLogit']!.auroc).toBe(1);
    expect(found['predictiveEntropy']!.auroc).toBeCloseTo(0.5, 12);
  });

  it('are absent if members were added as probabilities', () => {
    const accumulator = new UncertaintyAccumulator(1, 2);
    accumulator.add(Float64Array.of(0.5, 0.5));
    const u = accumulator.finish();
    expect(u.energy).toBeUndefined();
    expect(Object.keys(categoricalDetection(u, u))).not.toContain('energy');
  });
});
