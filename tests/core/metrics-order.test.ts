import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  adaptiveEce,
  aurc,
  brier,
  categoricalDetection,
  categoricalMetrics,
  ece,
  nll,
  reliabilityBins,
  riskCoverage,
  UncertaintyAccumulator,
  type Uncertainty,
} from '@bbb/core';
import { entropyHistograms } from '../../packages/core/src/metrics/categorical.js';

const CLASSES = 4;

/** A row of logits. Pruned networks often repeat the same few rows, and are nearly sure. */
const logits = fc.oneof(
  fc.constantFrom([0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [40, 0, 0, 0], [900, 0, 1, 0]),
  fc.array(fc.integer({ min: -20, max: 20 }), { minLength: CLASSES, maxLength: CLASSES }),
);
const example = fc.record({
  members: fc.array(logits, { minLength: 3, maxLength: 3 }),
  label: fc.nat(CLASSES - 1),
});
type Example = typeof example extends fc.Arbitrary<infer E> ? E : never;

function predict(examples: readonly Example[]): Uncertainty {
  const accumulator = new UncertaintyAccumulator(examples.length, CLASSES);
  for (const m of [0, 1, 2])
    accumulator.addLogits(Float32Array.from(examples.flatMap(({ members }) => members[m]!)));
  return accumulator.finish();
}

/** Every metric of a set of examples: those in a result, and those of the functions that take plain probabilities. */
function everyMetric(examples: readonly Example[], others: Uncertainty): unknown {
  const u = predict(examples);
  const labels = Uint8Array.from(examples, ({ label }) => label);
  const plain = { accuracy, brier, ece, adaptiveEce, aurc, nll, reliabilityBins, riskCoverage };
  return {
    ...categoricalMetrics(u, labels, CLASSES),
    inside: categoricalDetection(u, others),
    outside: categoricalDetection(others, u),
    entropy: entropyHistograms(u, CLASSES),
    plain: Object.values(plain).map((metric) => metric(u.probabilities, labels, CLASSES)),
    float32: Object.values(plain).map((metric) =>
      metric(Float32Array.from(u.probabilities), labels, CLASSES),
    ),
  };
}

const numbersOf = (value: unknown): number[] =>
  typeof value === 'number' ? [value] : Object.values(value as object).flatMap(numbersOf);

describe('the order of the examples', () => {
  it('changes no metric', () => {
    const both = fc.array(example, { minLength: 1, maxLength: 40 }).chain((all) =>
      fc.record({
        all: fc.constant(all),
        permuted: fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      }),
    );
    fc.assert(
      fc.property(both, fc.array(example, { minLength: 1, maxLength: 20 }), ({ all, permuted }, outside) => {
        const others = predict(outside);
        const [before, after] = [everyMetric(all, others), everyMetric(permuted, others)].map(numbersOf);
        expect(after!.length).toBe(before!.length);
        before!.forEach((value, i) => {
          if (value === Infinity) expect(after![i]).toBe(Infinity);
          else expect(Math.abs(after![i]! - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
        });
      }),
    );
  });

  it.each(['the right ones first', 'the right ones last', 'mixed'])(
    'does not matter for 1,000 equal predictions of which 10 %% are right, with AURC 0.9 and adaptive ECE 0: %s',
    (order) => {
      const first = { 'the right ones first': 0, 'the right ones last': 900 }[order];
      const right = (i: number): boolean =>
        first === undefined ? i % 10 === 3 : i >= first && i < first + 100;
      const p = new Float32Array(10_000).fill(0.1);
      const labels = Uint8Array.from({ length: 1000 }, (_, i) => (right(i) ? 0 : 1 + (i % 9)));
      expect(aurc(p, labels, 10)).toBeCloseTo(0.9, 12);
      expect(adaptiveEce(p, labels, 10)).toBeLessThan(1e-8);
      const dead = new UncertaintyAccumulator(1000, 10);
      dead.addLogits(new Float32Array(10_000));
      const { metrics } = categoricalMetrics(dead.finish(), labels, 10);
      expect(metrics.aurc).toBeCloseTo(0.9, 12);
      expect(metrics.adaptiveEce).toBeLessThan(1e-12);
    },
  );

  it('does not matter for the AURC of ties: it is the mean over all orders', () => {
    // Two examples at 0.9 (one right), then three at 0.6 (one right).
    const all = [
      { p: 0.9, right: true },
      { p: 0.9, right: false },
      { p: 0.6, right: true },
      { p: 0.6, right: false },
      { p: 0.6, right: false },
    ];
    const aurcOf = (order: readonly boolean[]): number => {
      let wrong = 0;
      return order.reduce((sum, right, i) => sum + (wrong += right ? 0 : 1) / (i + 1), 0) / order.length;
    };
    const orders = [
      [true, false],
      [false, true],
    ].flatMap((sure) => [0, 1, 2].map((at) => [...sure, at === 0, at === 1, at === 2]));
    const mean = orders.reduce((sum, order) => sum + aurcOf(order), 0) / orders.length;
    const p = Float64Array.from(all.flatMap((one) => [one.p, 1 - one.p]));
    const labels = Uint8Array.from(all, ({ right }) => (right ? 0 : 1));
    expect(aurc(p, labels, 2)).toBeCloseTo(mean, 14);
  });
});
