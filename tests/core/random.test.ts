import { describe, expect, it } from 'vitest';
import { fold, permutation, rootKey, uniform } from '@bbb/core';

describe('keys', () => {
  it('are a pure function of seed and labels', () => {
    expect(fold(rootKey(7), 'order', 3)).toEqual(fold(fold(rootKey(7), 'order'), 3));
    expect(fold(rootKey(7), 'order', 3)).not.toEqual(fold(rootKey(7), 'order', 4));
    expect(fold(rootKey(7), 'order', 3)).not.toEqual(fold(rootKey(8), 'order', 3));
  });

  it('differ for a number and its text, and for every seed, also 0 and seeds beyond 32 bits', () => {
    expect(fold(rootKey(0), 1)).not.toEqual(fold(rootKey(0), '1'));
    expect(rootKey(2 ** 32)).not.toEqual(rootKey(0));
    expect(rootKey(2 ** 32)).toEqual([0, 1]);
    for (const bad of [-1, 0.5, NaN, 2 ** 53]) expect(() => rootKey(bad)).toThrow(RangeError);
  });

  it('do not collide among a hundred thousand purposes', () => {
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 100; epoch++) {
      for (let step = 0; step < 1000; step++) seen.add(fold(rootKey(1), 'step', epoch, step).join());
    }
    expect(seen.size).toBe(100_000);
  });
});

describe('uniform', () => {
  it('has the moments of U(-0.2, 0.2)', () => {
    const draws = uniform(rootKey(3), 200_000, -0.2, 0.2);
    const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
    // 4 standard errors: sd of the mean 0.1155 / sqrt(n); of the variance sd^2 sqrt(0.8 / n).
    expect(Math.abs(mean)).toBeLessThan(4 * (0.1155 / Math.sqrt(draws.length)));
    expect(Math.abs(variance - 0.16 / 12)).toBeLessThan(4 * (0.16 / 12) * Math.sqrt(0.8 / draws.length));
    expect(draws.every((draw) => draw >= Math.fround(-0.2) && draw <= Math.fround(0.2))).toBe(true);
  });
});

describe('permutation', () => {
  it('has every index once', () => {
    expect([...permutation(rootKey(5), 1000)].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    expect([...permutation(rootKey(5), 0)]).toEqual([]);
  });

  it('gives all orders of four equally often (chi-square, 23 degrees of freedom)', () => {
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let i = 0; i < draws; i++) {
      const order = permutation(fold(rootKey(9), i), 4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const expected = draws / 24;
    const chi2 = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(24);
    expect(chi2).toBeLessThan(49.7); // the 0.999 quantile
  });
});
