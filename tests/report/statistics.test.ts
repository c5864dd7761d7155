import { estimate, halfWidth, holm, pairedDifference } from '@bbb/report';
import { describe, expect, it } from 'vitest';
import { tQuantile, twoSidedP } from '../../packages/report/src/stats/student.js';

describe('Student t', () => {
  // Table III of Fisher and Yates, which many textbooks print.
  it.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 4, 2.776],
    [0.975, 9, 2.262],
    [0.975, 29, 2.045],
    [0.995, 4, 4.604],
    [0.95, 10, 1.812],
  ])('quantile %d with %d degrees of freedom is %d', (p, dof, t) => {
    expect(tQuantile(p, dof)).toBeCloseTo(t, 3);
  });

  it('matches the closed forms of one and two degrees of freedom', () => {
    for (const t of [0.3, 1, 4, 40]) {
      expect(twoSidedP(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 8);
      expect(twoSidedP(-t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 8);
    }
  });

  it('keeps the relative precision of small p-values', () => {
    // 2 (1 - F(t)) with two degrees of freedom, written without cancellation.
    const t = 1e4;
    const root = Math.sqrt(2 + t * t);
    expect(twoSidedP(t, 2) / (2 / (root * (root + t)))).toBeCloseTo(1, 5);
  });
});

describe('estimate', () => {
  it('gives the interval of a worked example', () => {
    // Mean 10, sd 2, n 4: half-width t(0.975, 3) * 2 / 2 = 3.182446.
    const values = [10 - Math.sqrt(3), 10 - Math.sqrt(3), 10 + Math.sqrt(3), 10 + Math.sqrt(3)];
    const found = estimate(values)!;
    expect(found.mean).toBeCloseTo(10, 12);
    expect(found.sd).toBeCloseTo(2, 12);
    expect(halfWidth(found)).toBeCloseTo(3.182446, 5);
    expect(found.low! + found.high!).toBeCloseTo(20, 10);
  });

  it('has no interval with one value, and nothing without any', () => {
    expect(estimate([0.5])).toEqual({ n: 1, mean: 0.5, values: [0.5] });
    expect(halfWidth(estimate([0.5])!)).toBeUndefined();
    expect(estimate([])).toBeUndefined();
  });

  it('covers the true mean about 95 times in 100', () => {
    // Means of 8 uniform values from a linear congruential generator.
    let state = 12345;
    const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const covered = Array.from({ length: 4000 }, () => {
      const { low, high } = estimate(Array.from({ length: 8 }, next))!;
      return low! <= 0.5 && 0.5 <= high!;
    }).filter(Boolean).length;
    expect(covered / 4000).toBeGreaterThan(0.935);
    expect(covered / 4000).toBeLessThan(0.965);
  });
});

describe('pairedDifference', () => {
  const bySeed = (values: readonly number[]) => new Map(values.map((value, seed) => [seed, value]));

  it("agrees with Student's own sleep data", () => {
    // Student 1908; R: t.test(extra ~ group, data = sleep, paired = TRUE) prints t = -4.0621, df = 9, p-value = 0.002833,
    // interval -2.4598858 to -0.7001142.
    const drug1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const drug2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const { difference, p } = pairedDifference(bySeed(drug1), bySeed(drug2))!;
    expect(difference.mean).toBeCloseTo(-1.58, 10);
    expect(difference.low).toBeCloseTo(-2.4598858, 6);
    expect(difference.high).toBeCloseTo(-0.7001142, 6);
    expect(p).toBeCloseTo(0.002833, 6);
  });

  it('uses only the seeds that both methods have', () => {
    const a = new Map([
      [1, 5],
      [2, 7],
      [9, 100],
    ]);
    const b = new Map([
      [2, 6],
      [1, 3],
      [4, -50],
    ]);
    expect(pairedDifference(a, b)!.difference.values).toEqual([2, 1]);
    expect(pairedDifference(new Map([[1, 5]]), new Map([[2, 5]]))).toBeUndefined();
  });

  it('claims nothing from one seed or from differences without spread', () => {
    expect(pairedDifference(bySeed([1]), bySeed([0]))!.p).toBeUndefined();
    expect(pairedDifference(bySeed([1, 2, 3]), bySeed([0, 1, 2]))!.p).toBeUndefined();
    expect(pairedDifference(bySeed([1, 2, 3]), bySeed([1, 2, 3]))!.p).toBe(1);
  });

  it('treats rounding noise as no spread, and as no difference', () => {
    // The difference is 0.12 both times, except for the last bits: 0.9 - 0.78 is not 0.9733 - 0.8533.
    const noisy = pairedDifference(bySeed([0.9, 0.9733]), bySeed([0.78, 0.8533]))!;
    expect(noisy.difference.sd).toBeGreaterThan(0);
    expect(noisy.p).toBeUndefined();
    expect(pairedDifference(bySeed([0.1 + 0.2, 0.5]), bySeed([0.3, 0.5]))!.p).toBe(1);
  });

  it('tests the smallest measurable spread', () => {
    // In one of three seeds, one more pair of the 10,000 by 10,000 images is in the right order.
    const step = 1e-8;
    expect(
      pairedDifference(bySeed([0.9 + step, 0.9 + step, 0.9 + 2 * step]), bySeed([0.9, 0.9, 0.9]))!.p,
    ).toBeCloseTo(0.0572, 3);
  });
});

describe('holm', () => {
  it('gives the worked example of step-down adjustment', () => {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([
      0.03, 0.06, 0.06, 0.02,
    ]);
  });

  it('is monotone, at most 1, and does not change a single p', () => {
    expect(holm([0.2])).toEqual([0.2]);
    expect(holm([])).toEqual([]);
    expect(holm([0.9, 0.8, 0.7])).toEqual([1, 1, 1]);
  });

  it('keeps the family-wise error at its level if all hypotheses are true', () => {
    let state = 7;
    const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const families = 4000;
    let wrong = 0;
    for (let i = 0; i < families; i++) {
      if (Math.min(...holm(Array.from({ length: 10 }, next))) < 0.05) wrong++;
    }
    expect(wrong / families).toBeLessThan(0.06);
    expect(wrong / families).toBeGreaterThan(0.035);
  });
});
