/** The number that a table, a search and a page show first. */
export interface MetricSpec {
  /** Its name among the metrics of an evaluation, e.g. `accuracy`. */
  readonly metric: string;
  /** For people, in the middle of a sentence: `accuracy`, `RMSE`. */
  readonly label: string;
  /** What stands behind the shown number: `%`, the target's unit, or nothing. */
  readonly unit: string;
  /** Shown number = stored number x factor: 100 for a fraction that is shown in percent. */
  readonly factor: number;
  /** Whether more of it is better. */
  readonly better: 'higher' | 'lower';
  /** What training and validation measure, for people: `error` (fraction) or `RMSE` (in the target's unit). Less is better. */
  readonly error: string;
}

/** What a classifier is judged by, and what a result that names no headline has. */
export const ACCURACY: MetricSpec = {
  metric: 'accuracy',
  label: 'accuracy',
  unit: '%',
  factor: 100,
  better: 'higher',
  error: 'error',
};

/** What a result is to be judged by. */
export function headlineOf({ headline }: { readonly headline?: MetricSpec | undefined }): MetricSpec {
  return headline ?? ACCURACY;
}

/** A headline's value as it is shown: in percent, or in the target's unit. */
export function shownHeadline(
  { metric, factor }: MetricSpec,
  metrics: Readonly<Record<string, number>>,
): number {
  return metrics[metric]! * factor;
}

/**
 * The headline as an error, less is better: 1 - accuracy, or the RMSE itself, as it is stored.
 */
export function headlineError(
  { metric, better }: MetricSpec,
  metrics: Readonly<Record<string, number>>,
): number {
  return better === 'higher' ? 1 - metrics[metric]! : metrics[metric]!;
}

/** An error as people read it, e.g. `1.94 %` or `2.9 kEUR`. */
export function errorText({ factor, unit }: MetricSpec, error: number): string {
  const shown = error * factor;
  const digits =
    factor === 100 ? 2 : Math.max(0, 3 - Math.floor(Math.log10(Math.max(Math.abs(shown), 1e-3))));
  return `${shown.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
}
