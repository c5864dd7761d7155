import prettyMilliseconds from 'pretty-ms';
import type { TrialRow } from '../src/protocol.js';

const NONE = '–';

/** A fraction as percent. */
export const percent = (value: number | null): string =>
  value === null ? NONE : `${(value * 100).toFixed(2)} %`;

export const plain = (value: number): string => String(Number(value.toPrecision(4)));

/** Seconds: `8.2s`, `3m 20s`, `2h 5m`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return NONE;
  return prettyMilliseconds(seconds * 1000, { unitCount: 2, secondsDecimalDigits: seconds < 10 ? 1 : 0 });
}

/** Settings that a search drew have more digits than anybody reads. */
export function nameOf({ label, variant }: TrialRow): string {
  const short = variant.replaceAll(/(?<==)-?\d+\.\d{5,}(?:e-?\d+)?(?= |$)/g, (digits) =>
    plain(Number(digits)),
  );
  return `${label} ${short}`.trim();
}

export const STATES: Readonly<Record<TrialRow['state'], string>> = {
  done: 'done',
  running: 'running',
  'stopped-early': 'stopped early',
  failed: 'failed',
  diverged: 'diverged',
  waiting: 'waiting',
};
