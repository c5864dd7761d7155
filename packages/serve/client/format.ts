import type { TrialRow } from '../src/protocol.js';

const NONE = '–';

/** A fraction as percent. */
export const percent = (value: number | null): string =>
  value === null ? NONE : `${(value * 100).toFixed(2)} %`;

export const plain = (value: number): string => String(Number(value.toPrecision(4)));

/** Seconds: `8.2 s`, `3 min 20 s`, `2 h 05 min`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two((whole % 3600) / 60)} min`;
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
