import { parseHyperparameterPath, type Trial } from '@bbb/core';
import { networkName } from '@bbb/report';
import type { Dimension } from './protocol.js';

type Value = number | string;
export type Hyperparameters = Readonly<Record<string, Value>>;

/** Paths that are not hyper-parameters of training: measurements after training, and the seed. The method is shown by its label. */
const LEFT_OUT = /^(seed|method\.use|pruning\..*|prediction\..*)$/;

/** The hyper-parameters of a trial by path. An array is one value, `400-400`, and so is a named network. */
export function hyperparametersOf({ network, hidden, ...trial }: Trial): Hyperparameters {
  const named = network ? { network: networkName({ network, hidden }) } : { hidden };
  const { method, data, ...rest } = trial;
  return Object.fromEntries(
    [...leaves({ method, data, ...named, ...rest }, '')].filter(([path]) => !LEFT_OUT.test(path)),
  );
}

/**
 * The hyper-parameters in which the trials differ, in their order in a trial.
 * @param searched paths of hyper-parameters whose space is logarithmic
 */
export function dimensionsOf(trials: readonly Hyperparameters[], searched: ReadonlySet<string>): Dimension[] {
  const values = new Map<string, Set<Value>>();
  for (const hyperparameters of trials) {
    for (const [path, value] of Object.entries(hyperparameters)) {
      const known = values.get(path);
      if (known) known.add(value);
      else values.set(path, new Set([value]));
    }
  }
  const varied = [...values].filter(([, distinct]) => distinct.size > 1);
  const paths = varied.map(([path]) => path);
  return varied.map(([key, distinct]) => ({
    key,
    label: shortest(key, paths),
    ...kindOf(key, distinct, searched),
  }));
}

/** Paths of logarithmic dimensions in a configuration's space, as paths of a trial. */
export function logarithmic(config: Readonly<Record<string, unknown>>): Set<string> {
  const { space = {} } = (config['search'] ?? {}) as { space?: Record<string, { kind: string }> };
  const methods = (config['methods'] ?? []) as readonly { readonly label: string }[];
  const labels = methods.map(({ label }) => label);
  const paths = Object.entries(space).flatMap(([path, { kind }]) => (kind === 'logUniform' ? [path] : []));
  return new Set(
    paths.map((path) =>
      (parseHyperparameterPath(path, labels)?.rest ?? path).replace(/^options\./, 'method.options.'),
    ),
  );
}

const WIDE = 50;

function kindOf(
  key: string,
  distinct: ReadonlySet<Value>,
  searched: ReadonlySet<string>,
): Pick<Dimension, 'kind' | 'scale'> {
  const numbers = [...distinct].filter((value) => typeof value === 'number');
  if (numbers.length < distinct.size) return { kind: 'choice', scale: 'linear' };
  const low = Math.min(...numbers);
  const wide = low > 0 && (searched.has(key) || Math.max(...numbers) / low > WIDE);
  return { kind: 'number', scale: wide ? 'log' : 'linear' };
}

/** The shortest end of a path that no other path has. */
function shortest(path: string, all: readonly string[]): string {
  const parts = path.split('.');
  for (let count = 1; count < parts.length; count++) {
    const end = parts.slice(-count).join('.');
    if (all.filter((other) => other === end || other.endsWith(`.${end}`)).length === 1) return end;
  }
  return path;
}

function* leaves(value: unknown, path: string): Generator<[string, Value]> {
  if (typeof value === 'number' || typeof value === 'string') yield [path, value];
  else if (typeof value === 'boolean') yield [path, String(value)];
  else if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== 'object');
    yield [path, plain ? value.join('-') || 'none' : JSON.stringify(value)];
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* leaves(member, path ? `${path}.${key}` : key);
  }
}
