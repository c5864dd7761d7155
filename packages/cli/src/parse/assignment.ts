import { InvalidArgumentError } from 'commander';
import { decimal, percentage } from './number.js';

/** `path=value`, as the user typed it. */
export interface Assignment {
  readonly path: string;
  readonly value: unknown;
}

/** `path=value` for several values. */
export interface Axis {
  readonly path: string;
  readonly values: readonly unknown[];
}

/**
 * Reads a number as every option does (`.5`, `1e-4`, `50%`), otherwise JSON (true, null, [..], {..}, quoted text),
 * otherwise the text itself.
 */
function literal(text: string): unknown {
  const value = decimal(text) ?? percentage(text) ?? parseJson(text);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new InvalidArgumentError(`${text} is too large for a number.`);
  }
  return value;
}

function parseJson(text: string): unknown {
  const value = json(text);
  if (value !== undefined) return value;
  // A text that begins like JSON was meant as JSON, so it must be valid.
  if (!/^\s*[[{"]/.test(text)) return text;
  const numbers = parts(text)?.map(decimal);
  if (numbers?.every((number) => number !== undefined)) return numbers;
  throw new InvalidArgumentError(`${text} is not JSON. Quote it for the shell: '["a", 0.5]'.`);
}

/** The value of a JSON text. Undefined for other texts, since no JSON text means undefined. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The parts of a list in brackets that is not JSON because numbers begin with a point: `[.1, .2]`. */
function parts(text: string): string[] | undefined {
  const [, inner] = /^\s*\[([^[\]{}"]+)\]\s*$/.exec(text) ?? [];
  return inner?.split(',');
}

export function assignment(text: string): Assignment {
  const [path, value] = halves(text, 'path=value, e.g. training.batchSize=64');
  return { path, value: literal(value) };
}

/** Reads values from a JSON array or a comma-separated list. */
export function axis(text: string): Axis {
  const [path, list] = halves(text, 'path=a,b,c, e.g. training.optimizer.learningRate=1e-3,1e-4');
  const values = nested(list) ?? (parts(list) ?? list.split(',')).map((part) => literal(part.trim()));
  if (values.includes('')) throw new InvalidArgumentError('Expected values separated by commas: path=a,b,c.');
  return { path, values };
}

/** Lists, objects and quoted texts contain commas of their own: `[400,400],[800]`. */
function nested(list: string): readonly unknown[] | undefined {
  if (!/[[{"]/.test(list)) return undefined;
  const value = json(list) ?? json(`[${list}]`);
  if (value === undefined) return undefined;
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

function halves(text: string, expected: string): [path: string, value: string] {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0)).trim();
  if (path === '' || text.length === at + 1) throw new InvalidArgumentError(`Expected ${expected}.`);
  return [path, text.slice(at + 1)];
}
