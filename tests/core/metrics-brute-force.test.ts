import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  adaptiveEce,
  aurc,
  brier,
  ece,
  nll,
  reliabilityBins,
  riskCoverage,
  risksAt,
  UncertaintyAccumulator,
} from '@bbb/core';

const CLASSES = 3;

/** Rows with ties, zeros and ones, in float32 as networks give them. */
const row: fc.Arbitrary<number[]> = fc.oneof(
  fc.constantFrom<number[]>([1, 0, 0], [0, 1, 0], [0.5, 0.5, 0], [0.2, 0.2, 0.6], [0.4, 0.4, 0.2]),
  fc
    .array(fc.integer({ min: 1, max: 1000 }), { minLength: CLASSES, maxLength: CLASSES })
    .map((raw) => raw.map((v) => v / raw.reduce((a, b) => a + b, 0))),
);
const example = fc.record({ p: row, label: fc.nat(CLASSES - 1) });
const examples = fc.array(example, { minLength: 1, maxLength: 60 }).map((all) => ({
  n: all.length,
  rows: all.map(({ p }) => p.map(Math.fround)),
  probabilities: Float32Array.from(all.flatMap(({ p }) => p)),
  labels: Uint8Array.from(all, ({ label }) => label),
}));

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const gap = (members: readonly { confidence: number; correct: number }[]): number =>
  members.length === 0
    ? 0
    : Math.abs(
        mean(members.map(({ confidence }) => confidence)) - mean(members.map(({ correct }) => correct)),
      );

const judged = (rows: readonly number[][], labels: Uint8Array): { confidence: number; correct: number }[] =>
  rows.map((p, i) => {
    const confidence = Math.max(...p);
    return { confidence, correct: p.indexOf(confidence) === labels[i] ? 1 : 0 };
  });

/**
 * Replaces each example's correctness by the mean over all examples with the same confidence: the average over all
 * orders of them.
 */
const tiesShared = (all: { confidence: number; correct: number }[]): typeof all =>
  all.map(({ confidence }) => ({
    confidence,
    correct: mean(all.filter((other) => other.confidence === confidence).map(({ correct }) => correct)),
  }));

describe('metrics against their definitions', () => {
  it('accuracy, NLL and Brier', () => {
    fc.assert(
      fc.property(examples, ({ rows, probabilities, labels }) => {
        const all = judged(rows, labels);
        expect(accuracy(probabilities, labels, CLASSES)).toBeCloseTo(
          mean(all.map(({ correct }) => correct)),
          12,
        );
        expect(nll(probabilities, labels, CLASSES)).toBeCloseTo(
          mean(rows.map((p, i) => -Math.log(p[labels[i]!] ?? NaN))),
          10,
        );
        expect(brier(probabilities, labels, CLASSES)).toBeCloseTo(
          mean(rows.map((p, i) => p.reduce((sum, q, c) => sum + (q - (c === labels[i] ? 1 : 0)) ** 2, 0))),
          10,
        );
      }),
    );
  });

  it('ECE and its bins', () => {
    fc.assert(
      fc.property(examples, ({ n, rows, probabilities, labels }) => {
        const all = judged(rows, labels);
        let expected = 0;
        const bins = reliabilityBins(probabilities, labels, CLASSES);
        for (let b = 0; b < 15; b++) {
          const inside = all.filter(({ confidence }) => confidence * 15 > b && confidence * 15 <= b + 1);
          expected += (inside.length / n) * gap(inside);
          expect(bins[b]![0]).toBe(inside.length);
        }
        expect(ece(probabilities, labels, CLASSES)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('adaptive ECE: every example in one bin, sizes within one of each other', () => {
    fc.assert(
      fc.property(examples, fc.integer({ min: 1, max: 20 }), ({ n, rows, probabilities, labels }, count) => {
        const sorted = tiesShared(judged(rows, labels)).toSorted((a, b) => a.confidence - b.confidence);
        let expected = 0;
        for (let b = 0; b < count; b++) {
          const bin = sorted.filter(
            (_, rank) => Math.floor((b * n) / count) <= rank && rank < Math.floor(((b + 1) * n) / count),
          );
          expected += (bin.length / n) * gap(bin);
        }
        expect(adaptiveEce(probabilities, labels, CLASSES, count)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('risk and coverage', () => {
    fc.assert(
      fc.property(examples, ({ n, rows, probabilities, labels }) => {
        const all = tiesShared(judged(rows, labels)).toSorted((a, b) => b.confidence - a.confidence);
        const expected = all.map((_, i) => ({
          coverage: (i + 1) / n,
          risk: 1 - mean(all.slice(0, i + 1).map(({ correct }) => correct)),
        }));
        const curve = riskCoverage(probabilities, labels, CLASSES);
        curve.forEach(({ coverage, risk }, i) => {
          expect(coverage).toBeCloseTo(expected[i]!.coverage, 12);
          expect(risk).toBeCloseTo(expected[i]!.risk, 12);
        });
        expect(aurc(probabilities, labels, CLASSES)).toBeCloseTo(mean(expected.map(({ risk }) => risk)), 12);
        for (const points of [1, 4, 20]) {
          const expectedRisks = Array.from({ length: points }, (_, i) => {
            // The smallest number of examples that is at least this fraction of them.
            const answered = expected.find(({ coverage }) => coverage * points >= i + 1 - 1e-9)!;
            return answered.risk;
          });
          risksAt(curve, points).forEach((risk, i) => expect(risk).toBeCloseTo(expectedRisks[i]!, 12));
        }
        expect(curve.at(-1)!.risk).toBeCloseTo(1 - accuracy(probabilities, labels, CLASSES), 12);
      }),
    );
  });

  it('uncertainty of members that are added one by one, against all members at once', () => {
    const members = fc
      .integer({ min: 1, max: 6 })
      .chain((n) => fc.array(fc.array(row, { minLength: n, maxLength: n }), { minLength: 1, maxLength: 7 }));
    const entropy = (p: readonly number[]): number =>
      p.reduce((sum, q) => sum - (q > 0 ? q * Math.log(q) : 0), 0);
    fc.assert(
      fc.property(members, (all) => {
        const n = all[0]!.length;
        const accumulator = new UncertaintyAccumulator(n, CLASSES);
        for (const member of all) accumulator.add(Float64Array.from(member.flat()));
        const u = accumulator.finish();
        for (let i = 0; i < n; i++) {
          const average = Array.from({ length: CLASSES }, (_, c) =>
            mean(all.map((member) => member[i]![c]!)),
          );
          const votes = Array.from(
            { length: CLASSES },
            (_, c) => all.filter((member) => member[i]!.indexOf(Math.max(...member[i]!)) === c).length,
          );
          const expected = mean(all.map((member) => entropy(member[i]!)));
          average.forEach((p, c) => expect(u.probabilities[i * CLASSES + c]).toBeCloseTo(p, 12));
          expect(u.maxProbability[i]).toBeCloseTo(Math.max(...average), 12);
          expect(u.predictiveEntropy[i]).toBeCloseTo(entropy(average), 12);
          expect(u.expectedEntropy[i]).toBeCloseTo(expected, 12);
          expect(u.mutualInformation[i]).toBeCloseTo(Math.max(0, entropy(average) - expected), 12);
          expect(u.variationRatio[i]).toBeCloseTo(1 - Math.max(...votes) / all.length, 12);
        }
      }),
    );
  });
});

describe('numbers that are not probabilities', () => {
  const labels = Uint8Array.of(0, 1);
  it.each([NaN, -0.1, 1.5, Infinity])('are refused: %s', (bad) => {
    const p = Float32Array.of(0.5, 0.5, bad, 0.5);
    for (const metric of [accuracy, nll, brier, ece, adaptiveEce, aurc, reliabilityBins]) {
      expect(() => metric(p, labels, 2)).toThrow(expect.objectContaining({ code: 'E_METRIC_PROBABILITY' }));
    }
    expect(() => new UncertaintyAccumulator(2, 2).add(p)).toThrow(
      expect.objectContaining({ code: 'E_METRIC_PROBABILITY' }),
    );
  });

  it('a label beyond the classes is refused, instead of reading the next row', () => {
    expect(() => nll(new Float32Array(4).fill(0.5), Uint8Array.of(0, 2), 2)).toThrow(
      expect.objectContaining({ code: 'E_METRIC_SHAPE', message: expect.stringContaining('example 1') }),
    );
  });

  it('a sum of one that rounding pushed up is accepted', () => {
    expect(accuracy(Float32Array.of(1 + 2 ** -22, 0), Uint8Array.of(0), 2)).toBe(1);
  });
});
