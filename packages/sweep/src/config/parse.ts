import { BbbError, safeParse, suggest } from '@bbb/core';
import type { z } from 'zod';
import { checkPlain } from './plain.js';
import { sweepConfigSchema, type SweepConfig } from './schema.js';

/** One problem that zod found. The problem of a union contains those of its members. */
type Issue = z.core.$ZodIssue;

/**
 * Checks a configuration and fills in its defaults.
 * @param input plain JSON, as a file or a program gives it
 * @param origin where it comes from, for the message, e.g. a file name
 * @throws BbbError `E_SWEEP_CONFIG` naming every member that does not fit, with the nearest known name of a misspelt one
 */
export function parseSweepConfig(input: unknown, origin = 'The sweep configuration'): SweepConfig {
  checkPlain(input, origin);
  const parsed = safeParse(sweepConfigSchema, withoutDefaultWidths(input));
  if (parsed.success) return checkedNetworks(parsed.data, origin);
  const problems = parsed.error.issues.map((issue) => describeIssue(issue, input, sweepConfigSchema));
  throw new BbbError('E_SWEEP_CONFIG', `${origin} does not fit: ${problems.join('; ')}.`, {
    hint: 'docs/configuration.md lists the members with their defaults; on the command line --set training.epochs=5 sets one; in TypeScript defineSweep() checks them while you type.',
  });
}

/** Leaves out the default `hidden` where the configuration names networks. */
function withoutDefaultWidths(input: unknown): unknown {
  const { networks, hidden } = Object(input) as { networks?: unknown; hidden?: unknown };
  return networks !== undefined && hidden === undefined ? { ...(input as object), hidden: [] } : input;
}

function checkedNetworks(config: SweepConfig, origin: string): SweepConfig {
  if (config.hidden.length > 0 || config.networks) return config;
  throw new BbbError(
    'E_SWEEP_CONFIG',
    `${origin} does not fit: "hidden" is [], but a sweep needs at least one network.`,
    {
      hint: 'Name widths, e.g. hidden: [[400, 400]], or networks, e.g. networks: [{ use: "cnn" }].',
    },
  );
}

/** One line for one problem. */
export function describeIssue(issue: Issue, input: unknown, root: z.ZodType): string {
  const at = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path, root);
    return issue.keys
      .map((key) => {
        const path = at === '' ? key : `${at}.${key}`;
        return `unknown member "${path}"${suggestion(key, known, root)}`;
      })
      .join('; ');
  }
  const message = issue.code === 'invalid_key' ? issue.issues[0]!.message : issue.message;
  const value = valueAt(input, issue.path);
  const got =
    at === '' || value === undefined || issue.code === 'invalid_key' ? '' : `, got ${shorten(value)}`;
  return `${at === '' ? 'it' : `"${at}"`}: ${message}${got}`;
}

/** Most paths that are suggested. A name that stands in more places, such as `use`, says nothing. */
const MOST_PLACES = 2;

function suggestion(key: string, known: readonly string[], root: z.ZodType): string {
  const near = suggest(key, known).trim();
  if (near !== '') return ` (${near})`;
  // `epochs` is a good name in a wrong place: it is a member of "training".
  const elsewhere = pathsTo(key, root);
  if (elsewhere.length > 0 && elsewhere.length <= MOST_PLACES)
    return ` (Did you mean "${elsewhere.join('" or "')}"?)`;
  return known.length > 0 ? ` (known: ${known.join(', ')})` : '';
}

/** The paths of all members with this name that are not inside of a list. */
function pathsTo(key: string, schema: unknown, above = ''): string[] {
  const { shape = {} } = (unwrap(schema) ?? {}) as { shape?: Record<string, unknown> };
  return Object.entries(shape).flatMap(([name, member]) => [
    ...(name === key ? [`${above}${name}`] : []),
    ...pathsTo(key, member, `${above}${name}.`),
  ]);
}

/** The members that a schema has at a path. */
function knownKeys(path: readonly PropertyKey[], root: z.ZodType): string[] {
  let schema: unknown = root;
  for (const key of path) {
    const object = unwrap(schema) as { shape?: Record<string, unknown>; element?: unknown } | undefined;
    schema = typeof key === 'number' ? object?.element : object?.shape?.[String(key)];
  }
  return Object.keys((unwrap(schema) as { shape?: object } | undefined)?.shape ?? {});
}

/** The object or array inside of defaults, optionals and transforms. */
function unwrap(schema: unknown): unknown {
  let at = schema as
    { shape?: object; element?: unknown; def?: { innerType?: unknown; in?: unknown } } | undefined;
  while (at && at.shape === undefined && at.element === undefined) {
    at = (at.def?.innerType ?? at.def?.in) as typeof at;
  }
  return at;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
