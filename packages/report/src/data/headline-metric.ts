import type { Evaluation, TrialResult, ValidationMetrics } from '@bbb/core';
import type { Format } from '../tables/table.js';

/** The one number that a report judges networks by. Values are in base units: fractions, not percent. */
export interface HeadlineMetric {
  /** As in "the highest test accuracy". */
  readonly name: string;
  /** After a value, with its space: " %". */
  readonly unit: string;
  readonly format: Format;
  /** Of the difference of two values. */
  readonly difference: { readonly format: Format; readonly unit: string };
  readonly better: 'higher' | 'lower';
  /** A loss that does not matter, and its name. */
  readonly tolerance: { readonly value: number; readonly name: string };
  /** Of the mean network on the test images. */
  readonly test: (evaluation: Evaluation) => number;
  /** Of the same network on the validation images. */
  readonly validation: (metrics: ValidationMetrics) => number;
  /** What a network has that always gives the same answer; undefined where the result does not tell. */
  readonly chance: (result: TrialResult) => number | undefined;
  /** The best value there can be. */
  readonly perfect: number;
}

const accuracy: HeadlineMetric = {
  name: 'test accuracy',
  unit: ' %',
  format: 'percent',
  difference: { format: 'points', unit: ' points' },
  better: 'higher',
  tolerance: { value: 0.01, name: 'one percentage point' },
  test: ({ metrics }) => metrics['accuracy']!,
  validation: ({ error }) => 1 - error,
  chance: ({ baseline, examplesByCertainty: { most } = { most: [] } }) =>
    // Results of earlier versions do not tell how often the most frequent class comes: as often as any other, at least.
    baseline ?? (most[0] && 1 / most[0].probabilities.length),
  perfect: 1,
};

/** Accuracy: every network is a classifier so far. */
export const HEADLINE: HeadlineMetric = accuracy;

/** How much better `value` is than `other`: positive is better, whatever the direction of the metric. */
export function gain(value: number, other: number): number {
  return HEADLINE.better === 'higher' ? value - other : other - value;
}
