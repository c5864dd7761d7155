/** The number that a table, a search and a page show first. */
export interface MetricSpec {
  /** Its name among the metrics of an evaluation, e.g. `accuracy`. */
  readonly metric: string;
  /** For people, in the middle of a sentence: `accuracy`, `RMSE`. */
  readonly label: string;
  /** The text after the shown number: `%`, the unit of the target, or nothing. */
  readonly unit: string;
  /** Shown number = stored number x factor. 100 for a fraction that is shown in percent. */
  readonly factor: number;
  /** Whether higher or lower values are better. */
  readonly better: 'higher' | 'lower';
  /** Name, for people, of what training and validation measure: `error` (a fraction) or `RMSE` (in the unit of the target). Less is better. */
  readonly error: string;
}

/** The headline of classifiers, and of results that name none. */
export const ACCURACY: MetricSpec = {
  metric: 'accuracy',
  label: 'accuracy',
  unit: '%',
  factor: 100,
  better: 'higher',
  error: 'error',
};

/**
 * The metric that a result is judged by.
 * @param owner a result or a likelihood
 */
export function headlineOf({ headline }: { readonly headline?: MetricSpec | undefined }): MetricSpec {
  return headline ?? ACCURACY;
}

/**
 * The value of the headline as it is shown: in percent, or in the unit of the target.
 * @param headline the metric that results are judged by
 * @param metrics by name, as an evaluation has them
 */
export function shownHeadline(
  { metric, factor }: MetricSpec,
  metrics: Readonly<Record<string, number>>,
): number {
  return metrics[metric]! * factor;
}

/**
 * The headline as an error, for which less is better: 1 - accuracy, or the RMSE.
 * @param headline the metric that results are judged by
 * @param metrics by name, as an evaluation has them
 */
export function headlineError(
  { metric, better }: MetricSpec,
  metrics: Readonly<Record<string, number>>,
): number {
  return better === 'higher' ? 1 - metrics[metric]! : metrics[metric]!;
}

/**
 * An error as people read it, e.g. `1.94 %` or `2.9 kEUR`.
 * @param headline the metric that results are judged by
 * @param error as a fraction, or in the unit of the target
 */
export function errorText({ factor, unit }: MetricSpec, error: number): string {
  const shown = error * factor;
  const digits =
    factor === 100 ? 2 : Math.max(0, 3 - Math.floor(Math.log10(Math.max(Math.abs(shown), 1e-3))));
  return `${shown.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
}
