import { InvalidArgumentError } from 'commander';

/** `path=value`, as typed. */
export interface Assignment {
  readonly path: string;
  readonly value: unknown;
}

/** `path=value` for several values. */
export interface Axis {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** JSON where it is JSON (numbers, true, null, [..], {..}, quoted text), else the text itself. */
export function literal(text: string): unknown {
  const value = parseJson(text);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new InvalidArgumentError(`${text} is too large for a number.`);
  }
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function assignment(text: string): Assignment {
  const [path, value] = halves(text, 'path=value, e.g. training.batchSize=64');
  return { path, value: literal(value) };
}

/** Values are a JSON array or a comma-separated list. */
export function axis(text: string): Axis {
  const [path, list] = halves(text, 'path=a,b,c, e.g. training.optimizer.learningRate=1e-3,1e-4');
  const whole = literal(list);
  const values = Array.isArray(whole)
    ? (whole as unknown[])
    : list.split(',').map((part) => literal(part.trim()));
  if (values.includes('')) throw new InvalidArgumentError('Expected values separated by commas: path=a,b,c.');
  return { path, values };
}

function halves(text: string, expected: string): [path: string, value: string] {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0)).trim();
  if (path === '' || text.length === at + 1) throw new InvalidArgumentError(`Expected ${expected}.`);
  return [path, text.slice(at + 1)];
}
