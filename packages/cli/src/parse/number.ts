import { InvalidArgumentError } from 'commander';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Whether the limits themselves are refused. */
  readonly open?: boolean;
}

/** The value of a decimal number, which may overflow to infinity. Undefined for any other text, also for hexadecimal numbers. */
export function decimal(text: string): number | undefined {
  return NUMBER.test(text.trim()) ? Number(text) : undefined;
}

/** Reads a finite decimal number. An empty text, a hexadecimal number and further words are errors. */
export function number(
  text: string,
  expected: string,
  { min = -Infinity, max = Infinity, open }: Range = {},
): number {
  const value = decimal(text) ?? Number.NaN;
  const inside = open ? value > min && value < max : value >= min && value <= max;
  if (!Number.isFinite(value) || !inside) throw new InvalidArgumentError(`Expected ${expected}.`);
  return value;
}

/** A whole number; 5e3 and 5.0 count as whole. */
function integer(text: string, expected: string, range: Range = {}): number {
  const value = number(text, expected, range);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError(`Expected ${expected}.`);
  return value;
}

export const count = (text: string): number => integer(text, 'a whole number from 1', { min: 1 });
/** A larger number is a mistake, because no machine has so many cores. */
const MOST_THREADS = 256;
export const threadCount = (text: string): number =>
  integer(text, `a whole number from 1 to ${MOST_THREADS}`, { min: 1, max: MOST_THREADS });
export const countOrZero = (text: string): number => integer(text, 'a whole number from 0', { min: 0 });
export const positive = (text: string): number => number(text, 'a number above 0', { min: 0, open: true });
export const seed = (text: string): number => integer(text, 'a whole number from 0', { min: 0 });
export const port = (text: string): number =>
  integer(text, 'a port from 0 (any that is free) to 65535', { min: 0, max: 65_535 });
/*
 * One rule for parts of a whole: `0.9`, `90%` and `90 %` mean the same on the command line and in configuration files.
 * Texts for people show percent; trials, results and programs use fractions.
 */

/** `90%` or `90 %` as the fraction 0.9; undefined for any other text. */
export function percentage(text: string): number | undefined {
  const digits = /^(.*?)\s*%$/.exec(text.trim())?.[1];
  const value = digits === undefined ? undefined : decimal(digits);
  // Rounding is needed because 99.9 / 100 differs from 0.999.
  return value === undefined ? undefined : Number((value / 100).toPrecision(15));
}

/** A part of a whole, typed as a fraction or in percent, as a fraction. */
function part(text: string, expected: string, range: Range): number {
  return number(String(percentage(text) ?? text), expected, range);
}

export const share = (text: string): number =>
  part(text, 'a part from 0 to 1, e.g. 0.9 or 90%', { min: 0, max: 1 });

export const fraction = (text: string): number =>
  part(text, 'a part above 0 and below 1, e.g. 0.1 or 10%', { min: 0, max: 1, open: true });

/** An error: `2%` of examples, or a number, e.g. an RMSE in the target's unit. */
export const errorTarget = (text: string): number =>
  part(text, 'an error above 0, e.g. 2% or 0.02', { min: 0, open: true });

/** Most seeds. The list of seeds is built before the number of trials is checked, so it has the same limit as the trials of a sweep. */
const MOST_SEEDS = 1_000_000;

/** The number of seeds. The error points to the option for a list of seeds. */
export function seedCount(text: string): number {
  const list = text.includes(',') ? ` (a count; for these very seeds: --seed-list ${text})` : '';
  return integer(text, `a whole number from 1 to ${MOST_SEEDS}${list}`, { min: 1, max: MOST_SEEDS });
}

const UNITS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds, from `90s`, `30m`, `2h`. A number without a unit is refused: 30 may be meant as minutes. */
export function duration(text: string): number {
  const expected = 'a time with its unit, such as 90s, 30m or 2h';
  const [, digits, unit] = /^(.*?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  if (unit === undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
  return number(digits!, expected, { min: 0, open: true }) * UNITS[unit]!;
}

/** Seconds after which a silent host is given up. The timers that renew a lease can wait 24 days at most. */
export function lease(text: string): number {
  const seconds = duration(text);
  if (seconds >= 1 && seconds <= UNITS['d']!) return seconds;
  throw new InvalidArgumentError('Expected a time from 1s to 1d.');
}
