import { percentage } from '../parse/number.js';

/** Members that hold parts of a whole, and options that may. Names in data are not listed, because a column may be called "50%". */
const NUMBERS: ReadonlySet<string> = new Set([
  'answer',
  'likelihood',
  'methods',
  'networks',
  'pruning',
  'search',
  'testFraction',
  'training',
]);

/** Members whose value is a name. */
const NAMES: ReadonlySet<string> = new Set(['label', 'reference', 'use']);

/** The deepest nesting that is converted. The schema refuses deeper values. */
const DEPTH = 100;

/**
 * Turns the percentages of a configuration file into fractions, as on the command line: `shares: [50%, 90%]` becomes `[0.5, 0.9]`, so one
 * parser reads both. Other texts, names, and the options of data sets stay as they are.
 * @param file the content of the file; it is not changed
 */
export function withFractions(file: object): object {
  return Object.fromEntries(
    Object.entries(file).map(([member, value]) => [
      member,
      NUMBERS.has(member) ? fractionsIn(value, DEPTH) : value,
    ]),
  );
}

function fractionsIn(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return percentage(value) ?? value;
  if (depth === 0 || !isPlain(value)) return value;
  if (Array.isArray(value)) return value.map((item) => fractionsIn(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      member,
      NAMES.has(member) ? inner : fractionsIn(inner, depth - 1),
    ]),
  );
}

/** Objects of a class are not converted. The schema refuses them and names them. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}
