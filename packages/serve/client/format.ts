import prettyMilliseconds from 'pretty-ms';
import type { Headline, TrialRow } from '../src/protocol.js';

const NONE = '–';

/** An error as text: in percent with two decimals, or with four digits in the unit of the target. */
export function errorText(value: number | null, { unit, factor }: Headline): string {
  if (value === null) return NONE;
  const shown = value * factor;
  const size = Math.floor(Math.log10(Math.abs(shown) || 1));
  const digits = factor === 100 ? 2 : Math.max(0, Math.min(12, 3 - size));
  return [shown.toFixed(digits), unit].filter(Boolean).join(' ');
}

/** The name of an axis of errors: "validation error (%)", "test RMSE". */
export const errorName = (of: string, { error, unit }: Headline): string =>
  `${of} ${error}${unit ? ` (${unit})` : ''}`.trim();

/** Four digits. Without an exponent, a number such as 1e18 would be as wide as a chart. */
export const plain = (value: number): string => {
  const short = Number(value.toPrecision(4));
  return Math.abs(short) < 1e7 ? String(short) : short.toExponential();
};

/** Seconds: `8.2s`, `3m 20s`, `2h 5m`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return NONE;
  return prettyMilliseconds(seconds * 1000, { unitCount: 2, secondsDecimalDigits: seconds < 10 ? 1 : 0 });
}

/** The name of a trial. Numbers that a search drew are shortened, because they have too many digits to read. */
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

export const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
