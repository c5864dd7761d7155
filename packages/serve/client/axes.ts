import type { Snapshot, TrialRow } from '../src/protocol.js';

/** One axis of the parallel coordinates, and one thing to filter by. */
export interface Axis {
  readonly key: string;
  readonly label: string;
  readonly title: string;
  readonly kind: 'number' | 'choice';
  readonly scale: 'linear' | 'log';
  /** As it is shown: errors in percent. Undefined where the trial has no such value. */
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

const hundredfold = (value: number | null): number | null => (value === null ? null : value * 100);

/** Method, settings that differ, results: those of which some trial has a value. */
export function axesOf({ methods, dimensions, trials }: Snapshot): Axis[] {
  const method: Axis = {
    key: 'label',
    label: 'method',
    title: 'method',
    kind: 'choice',
    scale: 'linear',
    value: ({ label }) => label,
  };
  const settings = dimensions.map(({ key, label, kind, scale }): Axis => ({
    key,
    label,
    title: key,
    kind,
    scale,
    value: ({ settings: own }) => {
      const value = own[key];
      return kind === 'choice' && value !== undefined ? String(value) : value;
    },
  }));
  const metrics = [
    metric('validationError', 'validation error (%)', ({ validationError }) => hundredfold(validationError)),
    metric('testError', 'test error (%)', ({ testError }) => hundredfold(testError)),
    metric('seconds', 'time (s)', ({ seconds }) => seconds),
  ].filter(({ value }) => trials.some((row) => value(row) !== undefined));
  return [...(methods.length > 1 ? [method] : []), ...settings, ...metrics];
}
