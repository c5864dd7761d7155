import type { Snapshot, TrialRow } from '../src/protocol.js';
import { errorName } from './format.js';

/** One axis of the parallel coordinates. The trials can be filtered by it. */
export interface Axis {
  readonly key: string;
  readonly label: string;
  readonly title: string;
  readonly kind: 'number' | 'choice';
  readonly scale: 'linear' | 'log';
  /** The value that is shown: errors in percent or in their unit. Undefined if the trial has no such value. */
  readonly value: (row: TrialRow) => number | string | undefined;
}

const metric = (key: string, label: string, value: (row: TrialRow) => number | null): Axis => ({
  key,
  label,
  title: label,
  kind: 'number',
  scale: 'linear',
  value: (row) => value(row) ?? undefined,
});

/** Axes for the method, for hyper-parameters that differ, and for results, if any trial has a value. */
export function axesOf({ methods, dimensions, trials, headline }: Snapshot): Axis[] {
  const method: Axis = {
    key: 'label',
    label: 'method',
    title: 'method',
    kind: 'choice',
    scale: 'linear',
    value: ({ label }) => label,
  };
  const hyperparameters = dimensions.map(({ key, label, kind, scale }): Axis => ({
    key,
    label,
    title: key,
    kind,
    scale,
    value: ({ hyperparameters: own }) => {
      const value = own[key];
      return kind === 'choice' && value !== undefined ? String(value) : value;
    },
  }));
  const shown = (value: number | null): number | null => (value === null ? null : value * headline.factor);
  const metrics = [
    metric('validationError', errorName('validation', headline), ({ validationError }) =>
      shown(validationError),
    ),
    metric('testError', errorName('test', headline), ({ testError }) => shown(testError)),
    metric('seconds', 'time (s)', ({ seconds }) => seconds),
  ].filter(({ value }) => trials.some((row) => value(row) !== undefined));
  return [...(methods.length > 1 ? [method] : []), ...hyperparameters, ...metrics];
}
