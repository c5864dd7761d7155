import { leadingName } from '@bbb/core';
import { UsageError } from '../errors/usage.js';

export type Json = Readonly<Record<string, unknown>>;
/** Keys and indices, from the root. */
export type Keys = readonly (string | number)[];

/**
 * The keys that a dotted path means in this configuration. A member of a list is named by its
 * `label`, its `use`, or its number, and names may contain dots: `methods.dropout-0.5.options.p`.
 *
 * @throws UsageError when a list has no such member, or when the path goes through a plain value
 */
export function resolvePath(config: Json, path: string): Keys {
  const keys: (string | number)[] = [];
  let at: unknown = config;
  let rest = path;
  while (rest !== '') {
    const [name, key] = nextKey(at, rest, path);
    keys.push(key);
    at = (at as Record<string | number, unknown> | undefined)?.[key];
    rest = rest.slice(name.length + 1);
  }
  return keys;
}

function nextKey(at: unknown, rest: string, path: string): [name: string, key: string | number] {
  const first = rest.split('.', 1)[0]!;
  if (Array.isArray(at)) {
    const labels = at.map(memberName);
    const label = leadingName(labels, rest);
    if (label !== undefined) return [label, labels.indexOf(label)];
    if (/^\d+$/.test(first) && Number(first) < at.length) return [first, Number(first)];
    throw new UsageError(
      `"${path}" names no member of the configuration: that list has no "${first}".`,
      `Choose one of ${labels.join(', ')}.`,
    );
  }
  if (at !== undefined && (typeof at !== 'object' || at === null)) {
    throw new UsageError(
      `"${path}" names no member of the configuration: the part before "${rest}" is ${JSON.stringify(at)}, which has no members.`,
      'Write a path such as training.epochs=5; docs/configuration.md lists the members.',
    );
  }
  const name = leadingName(Object.keys(at ?? {}), rest) ?? first;
  if (name === '' || name === '__proto__')
    throw new UsageError(
      `"${path}" is not a path of the configuration.`,
      'Write one such as training.epochs=5; docs/configuration.md lists the members.',
    );
  return [name, name];
}

/** The name of a list's member: its label, its `use`, or its number. */
function memberName(member: unknown, index: number): string {
  const { label, use } = (typeof member === 'object' && member !== null ? member : {}) as Json;
  return typeof label === 'string' ? label : typeof use === 'string' ? use : String(index);
}

/** A copy with the value at these keys. Missing objects on the way are created. */
export function withValue(config: unknown, keys: Keys, value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(config)) {
    return config.map((member: unknown, index) => (index === key ? withValue(member, rest, value) : member));
  }
  const object = (config ?? {}) as Json;
  return { ...object, [key]: withValue(object[key], rest, value) };
}
