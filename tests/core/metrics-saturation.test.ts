import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aurc,
  categoricalDetection,
  categoricalMetrics,
  logSoftmax,
  reliabilityBins,
  UncertaintyAccumulator,
  type Uncertainty,
} from '@bbb/core';
import { log1p } from '@bbb/base';
import { histogram } from '../../packages/core/src/metrics/histogram.js';

const CLASSES = 3;
const predict = (...members: number[][][]): Uncertainty => {
  const accumulator = new UncertaintyAccumulator(members[0]!.length, CLASSES);
  for (const rows of members) accumulator.addLogits(Float32Array.from(rows.flat()));
  return accumulator.finish();
};

/** log sum e^x, by its definition. */
const logSumExp = (all: readonly number[]): number => {
  const largest = Math.max(...all);
  return largest + Math.log(all.reduce((sum, x) => sum + Math.exp(x - largest), 0));
};
/** Log of 1 - the largest probability, from a row of log-probabilities or logits. */
const doubt = (row: readonly number[]): number => {
  const top = row.indexOf(Math.max(...row));
  return logSumExp(row.filter((_, c) => c !== top)) - logSumExp(row);
};
/** Logits with differences up to 3,000. No floating-point probability can represent them. */
const row = fc
  .tuple(
    fc.constantFrom(1, 30, 1000),
    fc.array(fc.integer({ min: -12, max: 12 }), { minLength: 3, maxLength: 3 }),
  )
  .map(([scale, raw]) => raw.map((z) => (z * scale) / 8));

describe('answers that are surer than a probability can say', () => {
  it('log1p keeps the digits of small numbers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.99, max: 1e6, noNaN: true }),
        fc.integer({ min: 0, max: 300 }),
        (x, e) => {
          const small = x * 10 ** -e;
          expect(Math.abs(log1p(small) - Math.log1p(small))).toBeLessThanOrEqual(
            4e-15 * Math.abs(Math.log1p(small)),
          );
        },
      ),
    );
  });

  it('keep their doubt, their log-probabilities and their NLL', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(CLASSES - 1), (rows, label) => {
        const u = predict(rows);
        const close = (got: number, expected: number): void =>
          expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
        rows.forEach((z, i) => {
          close(u.logDoubt[i]!, doubt(z));
          z.forEach((logit, c) => close(u.logProbabilities[i * CLASSES + c]!, logit - logSumExp(z)));
        });
        const { nll } = categoricalMetrics(u, new Uint8Array(rows.length).fill(label), CLASSES).metrics;
        close(nll, rows.reduce((sum, z) => sum + logSumExp(z) - z[label]!, 0) / rows.length);
      }),
    );
  });

  it('are ranked by the doubt of the mean of the draws', () => {
    const draws = fc
      .integer({ min: 1, max: 8 })
      .chain((n) => fc.array(fc.array(row, { minLength: n, maxLength: n }), { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(draws, (members) => {
        const u = predict(...members);
        members[0]!.forEach((_, i) => {
          const mean = [0, 1, 2].map(
            (c) =>
              logSumExp(members.map((rows) => rows[i]![c]! - logSumExp(rows[i]!))) - Math.log(members.length),
          );
          const sorted = mean.toSorted((a, b) => b - a);
          expect(u.logDoubt[i]).toBeCloseTo(logSumExp(sorted.slice(1)), 9);
        });
      }),
    );
  });

  it('separate out-of-distribution examples even if the largest probability is 1 for all', () => {
    const inside = predict([
      [60, 0, 0],
      [70, 0, 0],
      [2000, 0, 0],
      [45, 0, 0],
    ]);
    const outside = predict([
      [40, 0, 0],
      [0, 50, 0],
      [0, 1000, 0],
    ]);
    expect([...inside.maxProbability, ...outside.maxProbability]).toEqual(Array.from({ length: 7 }, () => 1));
    const { maxProbability } = categoricalDetection(inside, outside);
    expect(maxProbability!.auroc).toBe(8 / 12);
    expect(maxProbability!.fpr95).toBe(3 / 4);
    // The risk of the one, two, three and four most confident predictions; the last one is wrong.
    const judged = categoricalMetrics(inside, Uint8Array.of(0, 0, 0, 1), CLASSES);
    expect(judged.metrics.aurc).toBeCloseTo(1 / 4 / 4, 14);
    expect(judged.metrics.nll).toBeCloseTo(45 / 4, 12);
  });

  it('entropy ranks them as their doubt does', () => {
    const u = predict([
      [38, 0, -400],
      [37, 0, -400],
      [100, 0, 0],
      [101, 0, 0],
    ]);
    const [a, b, c, d] = u.predictiveEntropy;
    // -p log p - (1 - p) log (1 - p) with 1 - p = e^-38.
    expect(a! / (Math.exp(-38) * 39)).toBeCloseTo(1, 12);
    expect(a).toBeLessThan(b!);
    expect(c! / (2 * Math.exp(-100) * 101)).toBeCloseTo(1, 12);
    expect(d).toBeLessThan(c!);
  });

  it('plain probabilities near 1 are ranked by the other classes', () => {
    const p = Float32Array.from(
      [
        [1, 1e-12, 0],
        [1, 1e-20, 0],
        [1, 0, 1e-9],
      ].flat(),
    );
    expect(aurc(p, Uint8Array.of(0, 0, 1), 3)).toBeCloseTo(1 / 3 / 3, 14);
  });

  it.each([NaN, Infinity, -Infinity])('a logit of %s is refused', (bad) => {
    expect(() => logSoftmax(Float32Array.of(0, bad), 2)).toThrow(
      expect.objectContaining({
        code: 'E_METRIC_PROBABILITY',
        message: expect.stringContaining('Element 1'),
      }),
    );
  });
});

describe('members that agree', () => {
  it('have a mutual information of exactly 0, and the doubt of one', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 17 }),
        (rows, n) => {
          const [one, many] = [predict(rows), predict(...Array.from({ length: n }, () => rows))];
          expect([...many.mutualInformation]).toEqual(rows.map(() => 0));
          expect([...many.logDoubt]).toEqual([...one.logDoubt]);
          expect([...many.predictiveEntropy]).toEqual([...one.predictiveEntropy]);
          expect([...many.variationRatio]).toEqual(rows.map(() => 0));
        },
      ),
    );
  });

  it('have a variation ratio of 0, however many they are', () => {
    const accumulator = new UncertaintyAccumulator(1, 2);
    const p = Float64Array.of(0.75, 0.25);
    for (let n = 0; n < 65_536; n++) accumulator.add(p);
    const { variationRatio, probabilities } = accumulator.finish();
    expect(variationRatio[0]).toBe(0);
    expect(probabilities[0]).toBeCloseTo(0.75, 14);
  });
});

describe('a value on the edge of a bin', () => {
  it.each([10, 15, 100, 1000])('of a reliability diagram is in the bin below it, of %i', (bins) => {
    for (let edge = Math.ceil(bins / 2); edge <= bins; edge++) {
      const p = edge / bins;
      const found = reliabilityBins(Float64Array.of(p, 1 - p), Uint8Array.of(0), 2, bins);
      expect(found.findIndex(([count]) => count === 1)).toBe(edge - 1);
    }
  });

  it('of many classes too: 0.07 is in the seventh of 100', () => {
    const p = new Float64Array(20).fill(0.93 / 19).fill(0.07, 0, 1);
    expect(reliabilityBins(p, Uint8Array.of(0), 20, 100).findIndex(([count]) => count === 1)).toBe(6);
  });

  it('of a histogram without width is in its last bin, which is closed', () => {
    const { counts } = histogram([2, 2], { low: 2, high: 2, bins: 3 });
    expect(counts).toEqual([0, 0, 2]);
  });

  it('of a histogram is in the bin above it', () => {
    for (const bins of [7, 50, 100]) {
      for (let edge = 0; edge < bins; edge++) {
        const { counts } = histogram([edge / bins], { low: 0, high: 1, bins });
        expect(counts.indexOf(1)).toBe(edge);
      }
    }
  });
});
