import { describe, expect, it } from 'vitest';
import { scheduledRate } from '@bbb/core';

describe('scheduledRate', () => {
  it('is cos for cosine, to the last bits', () => {
    for (let i = 0; i <= 1000; i++) {
      const x = i / 1000;
      const expected = 0.1 * 0.5 * (1 + Math.cos(Math.PI * x));
      expect(scheduledRate({ kind: 'cosine' }, 0.1, 0, x)).toBeCloseTo(expected, 15);
    }
  });

  it('falls along a straight line to 0 for linear', () => {
    const rates = [0, 0.25, 0.5, 1].map((progress) => scheduledRate({ kind: 'linear' }, 0.2, 3, progress));
    expect(rates).toEqual([0.2, 0.15000000000000002, 0.1, 0]);
  });

  it('multiplies by the factor after every given number of epochs for step', () => {
    const schedule = { kind: 'step', every: 10, factor: 0.5 } as const;
    expect([0, 9, 10, 19, 20, 35].map((epoch) => scheduledRate(schedule, 8, epoch, 0))).toEqual([
      8, 8, 4, 4, 2, 1,
    ]);
    expect(scheduledRate({ kind: 'constant' }, 0.3, 40, 0.9)).toBe(0.3);
  });
});
