import {
  ACCURACY,
  headlineOf as specOf,
  type Evaluation,
  type MetricSpec,
  type TrialResult,
  type ValidationMetrics,
} from '@bbb/core';
import { shorten } from '../figures/names.js';
import type { Format } from '../tables/table.js';
import { fileSafe, type Group } from './groups.js';
import { once } from './once.js';

/** The metric by which a report judges the networks of a setting. Fractions stay fractions; other values have the unit that is shown. */
export interface HeadlineMetric {
  /** Its name among the metrics of an evaluation, fit for a file's name. */
  readonly key: string;
  /** The name within a sentence, as in "the highest test accuracy". */
  readonly name: string;
  /** Text after a value, with its space: " %". Empty without a unit. */
  readonly unit: string;
  readonly format: Format;
  /** Format and unit of the difference of two values. */
  readonly difference: { readonly format: Format; readonly unit: string };
  readonly better: 'higher' | 'lower';
  /** A loss that does not matter, and its name. `part`: it is a fraction of the dense network's own value. */
  readonly tolerance: { readonly value: number; readonly name: string; readonly part: boolean };
  /** The best possible value. */
  readonly perfect: number;
  /** Name of the chance level, which a network has that learned nothing. */
  readonly chanceName: string;
  /** Factor between values and the numbers on a figure's axis. */
  readonly factor: number;
  /** The same as an error, less is better: "error" (1 - accuracy) or the RMSE itself. */
  readonly error: {
    readonly name: string;
    readonly of: (value: number) => number;
  };
}

/** The metric by which the networks of one setting are judged, from their results. */
export const metricOf = once((groups: readonly Group[]): HeadlineMetric => {
  const first = groups[0]?.results[0];
  const spec = specOf(first ?? {});
  const own = isFraction(spec) ? fraction(spec) : quantity(spec, decimalsOf(groups));
  return { ...own, key: fileSafe(spec.metric).slice(0, LONGEST_KEY), name: `test ${spec.label}` };
});

/** The key is part of file names, beside the setting's id. */
const LONGEST_KEY = 40;

/** Whether networks predict classes and are judged by accuracy. Further tables and figures depend on it. */
export function isOfClasses(groups: readonly Group[]): boolean {
  return metricOf(groups).key === ACCURACY.metric;
}

/** How much better `value` is than `other`: positive is better, whatever the direction of the metric. */
export function gain({ better }: Pick<HeadlineMetric, 'better'>, value: number, other: number): number {
  return better === 'higher' ? value - other : other - value;
}

/** The loss from `dense` to `pruned`, in the unit of the tolerance. */
export function lossOf(metric: HeadlineMetric, dense: number, pruned: number): number {
  const loss = gain(metric, dense, pruned);
  if (!metric.tolerance.part || loss === 0) return loss;
  return dense === 0 ? Math.sign(loss) * Number.MAX_VALUE : loss / Math.abs(dense);
}

/** "test RMSE (EUR)": with its unit, where it has one. */
export function named(name: string, unit: string): string {
  return unit.trim() ? `${name} (${unit.trim()})` : name;
}

/** The headline metric of one network on the test set. */
export function testValue(result: TrialResult, { metrics }: Evaluation): number | undefined {
  const spec = specOf(result);
  const value = metrics[spec.metric];
  return value === undefined ? undefined : based(spec, value);
}

/** The headline metric of the same network on the validation set. */
export function validationValue(result: TrialResult, { error }: ValidationMetrics): number {
  const spec = specOf(result);
  return based(spec, spec.better === 'higher' ? 1 - error : error);
}

/** The headline of a network that always gives the same answer. Undefined if the result does not contain it. */
export function chanceOf(result: TrialResult): number | undefined {
  const spec = specOf(result);
  const { baseline, examplesByCertainty: { most } = { most: [] } } = result;
  if (baseline !== undefined) return based(spec, baseline);
  // Results of earlier versions do not contain the frequency of the most frequent class, which is at least that of a uniform distribution.
  return most[0] && 1 / most[0].probabilities.length;
}

/**
 * Converts an error of training or validation to the form in which the headline's error is shown.
 * @param result the result of the trial
 * @param error as trials measure it: a fraction, or in the unit of the target
 */
export function errorValue(result: TrialResult, error: number): number {
  return based(specOf(result), error);
}

const isFraction = ({ factor }: MetricSpec): boolean => factor === 100;

/** The form in which a report keeps it: fractions unchanged, other values in the unit that is shown. */
function based(spec: MetricSpec, value: number): number {
  return isFraction(spec) ? value : value * spec.factor;
}

type Own = Omit<HeadlineMetric, 'key' | 'name'>;

/** A fraction that is shown in percent, such as accuracy. */
function fraction({ better, error }: MetricSpec): Own {
  return {
    unit: ' %',
    format: 'percent',
    difference: { format: 'points', unit: ' points' },
    better,
    tolerance: { value: 0.01, name: 'one percentage point', part: false },
    perfect: better === 'higher' ? 1 : 0,
    chanceName: 'chance',
    factor: 100,
    error: { name: error, of: (value) => (better === 'higher' ? 1 - value : value) },
  };
}

/** A longer unit would make every table and axis unreadable. */
const LONGEST_UNIT = 24;

/** A number in a unit, such as RMSE. */
function quantity({ unit: name, better, error }: MetricSpec, decimals: number): Own {
  const unit = name ? ` ${shorten(name, LONGEST_UNIT)}` : '';
  return {
    unit,
    format: `fixed${decimals}`,
    difference: { format: `signed${decimals}`, unit },
    better,
    tolerance: { value: 0.05, name: '5 %', part: true },
    perfect: better === 'higher' ? Infinity : 0,
    chanceName: 'one that always gives the same answer',
    factor: 1,
    error: { name: error, of: (value) => value },
  };
}

/** Number of decimals with which the smallest value of a dense network has four digits. */
function decimalsOf(groups: readonly Group[]): number {
  const values = groups
    .flatMap(({ results }) => results)
    .flatMap((result) => {
      const dense = result.pruning.find(({ share }) => share === 0)?.evaluations[0];
      return (dense && testValue(result, dense)) ?? [];
    });
  return decimalsFor(Math.min(...values.map(Math.abs).filter((value) => value > 0)));
}

/** Decimals that leave four digits of a number. */
export function decimalsFor(value: number): number {
  if (!Number.isFinite(value) || value <= 0) return 4;
  return Math.min(12, Math.max(0, 3 - Math.floor(Math.log10(value))));
}
