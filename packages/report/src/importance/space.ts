import {
  canonicalJson,
  dimensionSchema,
  log,
  parseSettingPath,
  type Dimension,
  type PlannedTrial,
  type Space,
  type SweepData,
  type Trial,
} from '@bbb/core';
import { networkName } from '../data/network-name.js';

/** Something that a sweep varies: its path as it is typed, and where a trial lies along it. */
export interface Varied {
  readonly path: string;
  /** In [0, 1); undefined where it is no setting of this trial. */
  readonly at: (planned: PlannedTrial) => number | undefined;
  /** For people. */
  readonly value: (planned: PlannedTrial) => string;
}

type Entries = readonly {
  readonly label: string;
  readonly grid?: Readonly<Record<string, readonly unknown[]>>;
}[];

/** What the configurations of a search or of a grid differ in; nothing for a sweep that only compares methods. */
export function variedOf({ config, plan }: Pick<SweepData, 'config' | 'plan'>): Varied[] {
  const methods = (config['methods'] ?? []) as Entries;
  const { trials, space: searched = {} } = (config['search'] ?? {}) as {
    readonly trials?: number;
    readonly space?: Readonly<Record<string, unknown>>;
  };
  const space = trials === undefined ? gridSpace(methods) : checkedSpace(searched);
  if (trials === undefined && Object.keys(space).length === 0) return [];
  const labels = methods.map(({ label }) => label);
  return [
    ...named('method', plan, ({ label }) => label),
    ...named('network', plan, ({ trial }) => networkName(trial)),
    ...Object.entries(space).flatMap(([path, dimension]) => ofSetting(path, dimension, labels)),
  ];
}

/** The dimensions that can be read: the configuration comes from a file. */
function checkedSpace(space: Readonly<Record<string, unknown>>): Space {
  return Object.fromEntries(
    Object.entries(space).flatMap(([path, dimension]) => {
      const { success, data } = dimensionSchema.safeParse(dimension);
      return success ? [[path, data]] : [];
    }),
  );
}

/** The axes of the grids, as a space: those that all methods have stand once. */
function gridSpace(methods: Entries): Space {
  const paths = [...new Set(methods.flatMap(({ grid = {} }) => Object.keys(grid)))];
  return Object.fromEntries(
    paths.flatMap((path) => {
      const owners = methods.filter(({ grid = {} }) => path in grid);
      const axis = (owned: typeof owners): Dimension => ({
        kind: 'choice',
        values: [
          ...new Map(owned.flatMap(({ grid }) => grid![path]!).map((v) => [canonicalJson(v), v])).values(),
        ],
      });
      if (owners.length === methods.length) return [[path, axis(owners)] as const];
      return owners.map((owner) => [`methods.${owner.label}.${path}`, axis([owner])] as const);
    }),
  );
}

/** What has names: in the order of the plan, side by side. */
function named(
  path: string,
  plan: readonly PlannedTrial[],
  nameOf: (planned: PlannedTrial) => string,
): Varied[] {
  const names = [...new Set(plan.map(nameOf))];
  if (names.length < 2) return [];
  return [{ path, value: nameOf, at: (planned) => (names.indexOf(nameOf(planned)) + 0.5) / names.length }];
}

function ofSetting(path: string, dimension: Dimension, labels: readonly string[]): Varied[] {
  const setting = parseSettingPath(path, labels);
  if (!setting) return [];
  const { label, rest } = setting;
  const valueOf = (planned: PlannedTrial): unknown =>
    label === undefined || label === planned.label ? settingOf(planned.trial, rest) : undefined;
  return [
    {
      path,
      at: (planned) => coordinateOf(dimension, valueOf(planned)),
      value: (planned) => {
        const value = valueOf(planned);
        return value === undefined ? '–' : shown(value);
      },
    },
  ];
}

function settingOf({ method, training }: Trial, rest: string): unknown {
  const root: unknown = { options: method.options, training };
  return rest
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root);
}

/** Where a value lies along its dimension, in [0, 1): what a sampler drew, or the middle of what it stands for. */
export function coordinateOf(dimension: Dimension, value: unknown): number | undefined {
  if (dimension.kind === 'choice') {
    const index = dimension.values.findIndex((own) => canonicalJson(own) === canonicalJson(value ?? null));
    return index < 0 ? undefined : (index + 0.5) / dimension.values.length;
  }
  if (typeof value !== 'number') return undefined;
  const { kind, low, high } = dimension;
  if (kind === 'int') return (value - low + 0.5) / (high - low + 1);
  return kind === 'uniform' ? (value - low) / (high - low) : (log(value) - log(low)) / (log(high) - log(low));
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : canonicalJson(value);
}
