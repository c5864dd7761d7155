import {
  canonicalJson,
  dimensionSchema,
  log,
  parseHyperparameterPath,
  safeParse,
  type Dimension,
  type PlannedTrial,
  type Space,
  type SweepData,
  type Trial,
} from '@bbb/core';
import { networkName } from '../data/network-name.js';

/** Something that a sweep varies: its path as the user types it, and the place of a trial along it. */
export interface Varied {
  readonly path: string;
  /** The place in [0, 1). Undefined if the trial does not have this hyper-parameter. */
  readonly at: (planned: PlannedTrial) => number | undefined;
  /** The value for people. */
  readonly value: (planned: PlannedTrial) => string;
}

type Entries = readonly {
  readonly label: string;
  readonly grid?: Readonly<Record<string, readonly unknown[]>>;
}[];

/** The hyper-parameters that differ between the configurations of a search or a grid. Empty for a sweep that only compares methods. */
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
    ...Object.entries(space).flatMap(([path, dimension]) => ofHyperparameter(path, dimension, labels)),
  ];
}

/** The valid dimensions. They are checked because the configuration comes from a file. */
function checkedSpace(space: Readonly<Record<string, unknown>>): Space {
  return Object.fromEntries(
    Object.entries(space).flatMap(([path, dimension]) => {
      const { success, data } = safeParse(dimensionSchema, dimension);
      return success ? [[path, data]] : [];
    }),
  );
}

/** The axes of the grids, as a space. An axis of all methods occurs once. */
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

/** A varied choice with names, which are placed side by side in the order of the plan. */
function named(
  path: string,
  plan: readonly PlannedTrial[],
  nameOf: (planned: PlannedTrial) => string,
): Varied[] {
  const names = [...new Set(plan.map(nameOf))];
  if (names.length < 2) return [];
  return [{ path, value: nameOf, at: (planned) => (names.indexOf(nameOf(planned)) + 0.5) / names.length }];
}

function ofHyperparameter(path: string, dimension: Dimension, labels: readonly string[]): Varied[] {
  const hyperparameter = parseHyperparameterPath(path, labels);
  if (!hyperparameter) return [];
  const { label, rest } = hyperparameter;
  const valueOf = (planned: PlannedTrial): unknown =>
    label === undefined || label === planned.label ? hyperparameterOf(planned.trial, rest) : undefined;
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

function hyperparameterOf({ method, training }: Trial, rest: string): unknown {
  const root: unknown = { options: method.options, training };
  return rest
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root);
}

/** The place of a value along its dimension, in [0, 1): the number that a sampler drew, or the middle of the interval for this value. */
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
