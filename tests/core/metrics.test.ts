import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  adaptiveEce,
  aupr,
  aurc,
  auroc,
  brier,
  ece,
  entropy,
  fprAt95,
  log,
  nll,
  reliabilityBins,
  riskCoverage,
  risksAt,
  UncertaintyAccumulator,
} from '@bbb/core';

const rows = (...all: number[][]): Float64Array => Float64Array.from(all.flat());

describe('log', () => {
  it('is the natural logarithm to 2 ulp, from the smallest denormal to the largest double', () => {
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        const expected = Math.log(x);
        expect(Math.abs(log(x) - expected)).toBeLessThanOrEqual(
          2 * 2 ** -52 * Math.max(Math.abs(expected), 2 ** -52),
        );
      }),
      { numRuns: 5000 },
    );
    expect([log(1), log(0), log(-1), log(Infinity)]).toEqual([0, -Infinity, NaN, Infinity]);
  });

  it('is exact near one, where most digits would cancel', () => {
    for (const e of [1e-3, 1e-8, 1e-15]) {
      const x = 1 + e;
      expect(log(x) / Math.log1p(x - 1)).toBeCloseTo(1, 14);
    }
  });
});

describe('scores', () => {
  const p = rows([0.7, 0.2, 0.1], [0.4, 0.4, 0.2], [0.1, 0.1, 0.8]);
  const labels = Uint8Array.of(0, 1, 0);

  it('match hand calculation', () => {
    expect(accuracy(p, labels, 3)).toBe(1 / 3); // the tie of row 1 goes to class 0
    expect(nll(p, labels, 3)).toBeCloseTo(-(Math.log(0.7) + Math.log(0.4) + Math.log(0.1)) / 3, 14);
    expect(brier(p, labels, 3)).toBeCloseTo((0.14 + 0.56 + 1.46) / 3, 14);
  });

  it('clip nothing: the NLL of an impossible answer is infinite', () => {
    expect(nll(rows([0, 1]), Uint8Array.of(0), 2)).toBe(Infinity);
    expect(nll(rows([1e-300, 1]), Uint8Array.of(0), 2)).toBeCloseTo(300 * Math.LN10, 10);
  });

  it('refuse arrays that do not fit together', () => {
    expect(() => accuracy(p, Uint8Array.of(0), 3)).toThrow(
      expect.objectContaining({ code: 'E_METRIC_SHAPE' }),
    );
    expect(() => brier(rows(), Uint8Array.of(), 3)).toThrow(
      expect.objectContaining({ code: 'E_METRIC_SHAPE' }),
    );
  });
});

describe('calibration', () => {
  // Two classes; confidences 1, 0.9, 0.9, 0.6 of which 1 and one 0.9 are right.
  const p = rows([1, 0], [0.9, 0.1], [0.9, 0.1], [0.4, 0.6]);
  const labels = Uint8Array.of(0, 0, 1, 0);

  it('is the hand-made ECE', () => {
    // Bin (14/15, 1]: gap 0. Bin (13/15, 14/15]: |0.5 - 0.9| * 2/4. Bin (8/15, 9/15]: |0 - 0.6| * 1/4.
    expect(ece(p, labels, 2)).toBeCloseTo(0.4 * 0.5 + 0.6 * 0.25, 14);
    expect(reliabilityBins(p, labels, 2)[14]).toEqual([1, 1, 1]);
    expect(reliabilityBins(p, labels, 2).reduce((n, [count]) => n + count, 0)).toBe(4);
  });

  it('cuts equal masses when it is adaptive', () => {
    // Sorted 0.6, 0.9, 0.9, 1: halves {0.6 wrong, 0.9 right} and {0.9 wrong, 1 right}.
    expect(adaptiveEce(p, labels, 2, 2)).toBeCloseTo(
      0.5 * Math.abs(0.5 - 0.75) + 0.5 * Math.abs(0.5 - 0.95),
      14,
    );
  });

  it('is zero for a perfectly calibrated coin and one for certain and always wrong', () => {
    expect(ece(rows([0.5, 0.5], [0.5, 0.5]), Uint8Array.of(0, 1), 2)).toBe(0);
    expect(ece(rows([1, 0], [1, 0]), Uint8Array.of(1, 1), 2)).toBe(1);
  });
});

describe('uncertainty', () => {
  it('has entropy ln K for a uniform row and 0 for a certain one', () => {
    expect(entropy(new Float64Array(10).fill(0.1), 0, 10)).toBeCloseTo(Math.LN10, 14);
    expect(entropy(rows([0, 1, 0]), 0, 3)).toBe(0);
  });

  it('splits into aleatoric and epistemic parts', () => {
    const accumulator = new UncertaintyAccumulator(2, 2);
    accumulator.add(rows([1, 0], [0.5, 0.5]));
    accumulator.add(rows([0, 1], [0.5, 0.5]));
    const u = accumulator.finish();
    // Members that are sure and disagree: all uncertainty is epistemic. Members that all give 50 %: all is aleatoric.
    expect([...u.predictiveEntropy].map((h) => h / Math.LN2)).toEqual([1, 1]);
    expect([...u.expectedEntropy].map((h) => h / Math.LN2)).toEqual([0, 1]);
    expect([...u.mutualInformation].map((h) => h / Math.LN2)).toEqual([1, 0]);
    expect([...u.variationRatio]).toEqual([0.5, 0]);
    expect([...u.maxProbability]).toEqual([0.5, 0.5]);
  });

  it('averages probabilities, not log-probabilities or logits', () => {
    const accumulator = new UncertaintyAccumulator(1, 2);
    accumulator.add(rows([0.99, 0.01]));
    accumulator.add(rows([0.4, 0.6]));
    const odds = Math.sqrt((0.99 / 0.01) * (0.4 / 0.6));
    expect(accumulator.finish().probabilities[0]).toBeCloseTo(0.695, 14);
    expect(odds / (1 + odds)).toBeGreaterThan(0.88); // what a geometric mean would have said
  });

  it('keeps 0 <= mutual information <= entropy <= ln K', () => {
    const row = fc
      .array(fc.float({ min: Math.fround(1e-6), max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
      .map((raw) => {
        const sum = raw.reduce((a, b) => a + b, 0);
        return raw.map((v) => v / sum);
      });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (members) => {
        const accumulator = new UncertaintyAccumulator(1, 4);
        for (const member of members) accumulator.add(Float64Array.from(member));
        const u = accumulator.finish();
        expect(u.mutualInformation[0]).toBeGreaterThanOrEqual(0);
        expect(u.mutualInformation[0]).toBeLessThanOrEqual(u.predictiveEntropy[0]! + 1e-12);
        expect(u.predictiveEntropy[0]).toBeLessThanOrEqual(Math.log(4) + 1e-12);
        if (members.length === 1) expect(u.mutualInformation[0]).toBe(0);
      }),
    );
  });
});

describe('detection', () => {
  const scores = fc.array(fc.constantFrom(0, 0.25, 0.5, 0.5, 0.75, 1), { minLength: 1, maxLength: 30 });

  it('AUROC is the brute-force probability with ties as one half, and reversed scores give 1 - AUROC', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        let wins = 0;
        for (const p of positives) for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0;
        const expected = wins / (positives.length * negatives.length);
        expect(auroc(positives, negatives)).toBeCloseTo(expected, 12);
        const reversed = (all: number[]): number[] => all.map((s) => -s);
        expect(auroc(reversed(positives), reversed(negatives))).toBeCloseTo(1 - expected, 12);
      }),
    );
    expect(auroc([1, 1, 1], [1, 1])).toBe(0.5);
  });

  it('AUPR is average precision, brute force over thresholds', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const thresholds = [...new Set([...positives, ...negatives])].toSorted((a, b) => b - a);
        let area = 0;
        let found = 0;
        for (const t of thresholds) {
          const tp = positives.filter((s) => s >= t).length;
          const fp = negatives.filter((s) => s >= t).length;
          area += ((tp - found) / positives.length) * (tp / (tp + fp));
          found = tp;
        }
        expect(aupr(positives, negatives)).toBeCloseTo(area, 12);
      }),
    );
  });

  it('AUPR of a perfect score is exactly 1, for any number of positives', () => {
    for (let n = 1; n <= 300; n++) {
      const positives = Array.from({ length: n }, (_, i) => 1 + i);
      expect(aupr(positives, [0])).toBe(1);
    }
  });

  it('FPR@95 is the false alarms at the threshold that finds 95 %', () => {
    const positives = Array.from({ length: 20 }, (_, i) => i); // 19 of 20 are >= 1
    expect(fprAt95(positives, [0.5, 1, 5, 30])).toBe(3 / 4);
    expect(fprAt95([2, 3], [0, 1])).toBe(0);
    expect(() => auroc([], [1])).toThrow(expect.objectContaining({ code: 'E_METRIC_SHAPE' }));
    expect(() => auroc([NaN], [1])).toThrow(expect.objectContaining({ code: 'E_METRIC_SHAPE' }));
  });
});

describe('risk and coverage', () => {
  it('answers the most confident first', () => {
    const p = rows([0.6, 0.4], [0.9, 0.1], [0.8, 0.2]);
    const labels = Uint8Array.of(0, 0, 1);
    expect(riskCoverage(p, labels, 2).map(({ risk }) => risk)).toEqual([0, 1 / 2, 1 / 3]);
    expect(aurc(p, labels, 2)).toBeCloseTo((0 + 1 / 2 + 1 / 3) / 3, 14);
  });

  it('is read at the given number of coverages', () => {
    const curve = [0, 1 / 2, 1 / 3].map((risk, i) => ({ coverage: (i + 1) / 3, risk }));
    expect(risksAt(curve, 2)).toEqual([1 / 2, 1 / 3]);
    expect(() => risksAt([], 2)).toThrow(expect.objectContaining({ code: 'E_METRIC_SHAPE' }));
  });
});

it.each([0, -1, 2.5, Number.NaN])('refuses %j as a number of bins or points', (count) => {
  const p = rows([0.6, 0.4]);
  const labels = Uint8Array.of(0);
  for (const make of [
    () => reliabilityBins(p, labels, 2, count),
    () => adaptiveEce(p, labels, 2, count),
    () => risksAt(riskCoverage(p, labels, 2), count),
  ]) {
    expect(make).toThrow(expect.objectContaining({ code: 'E_METRIC_COUNT' }));
  }
});
