import { canonicalJson } from '@bbb/core';

/** One member that differs; `undefined` stands for a missing one. */
export interface Difference {
  /** The path of the member, e.g. `training.epochs`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The differences of two JSON values, by path; lists of different lengths differ as a whole. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (canonicalJson([before]) === canonicalJson([after])) return [];
  const keys = commonKeys(before, after);
  if (keys === undefined) return [{ path: path || 'it', before, after }];
  return keys.flatMap((key) =>
    differences(member(before, key), member(after, key), path === '' ? key : `${path}.${key}`),
  );
}

function commonKeys(before: unknown, after: unknown): string[] | undefined {
  if (!isContainer(before) || !isContainer(after)) return undefined;
  if (Array.isArray(before) !== Array.isArray(after)) return undefined;
  if (Array.isArray(before) && Array.isArray(after) && before.length !== after.length) return undefined;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function member(container: unknown, key: string): unknown {
  return (container as Readonly<Record<string, unknown>>)[key];
}

/** One line for each difference: `training.epochs: 5 -> 10`. */
export function describeDifferences(list: readonly Difference[], most = 8): string {
  const lines = list
    .slice(0, most)
    .map(({ path, before, after }) => `  ${path}: ${text(before)} -> ${text(after)}`);
  if (list.length > most) lines.push(`  and ${list.length - most} more`);
  return lines.join('\n');
}

function text(value: unknown): string {
  if (value === undefined) return '(none)';
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}
