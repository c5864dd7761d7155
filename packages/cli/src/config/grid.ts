import { parseHyperparameterPath } from '@bbb/core';
import type { Axis } from '../parse/assignment.js';
import { UsageError } from '../errors/usage.js';
import { labelOf } from './methods.js';
import type { Json } from './path.js';

type Grid = Readonly<Record<string, readonly unknown[]>>;

/** Adds an axis to the grid of one method (`methods.LABEL.options.x`, or by its number) or to the grid of all (`training.x`, `options.x`). */
export function withAxis(config: Json, { path, values }: Axis): Json {
  const labels = methodsOf(config).map(labelOf);
  const numbers = labels.map((_, index) => String(index));
  const hyperparameter = parseHyperparameterPath(path, [...labels, ...numbers]);
  if (!hyperparameter) {
    throw new UsageError(
      `--grid ${path} is not a path of a grid.`,
      `It starts with training. or options. (all methods), or with methods.LABEL. and one of them (one method); labels: ${labels.join(', ')}.`,
    );
  }
  const { label, rest } = hyperparameter;
  const isMeant = (index: number): boolean =>
    label === undefined || index === (labels.includes(label) ? labels.indexOf(label) : Number(label));
  return mapGrids(config, (grid, index) => (isMeant(index) ? { ...grid, [rest]: values } : grid));
}

/** Removes the axis of this path from the grid of one method or (by default) of all. */
export function withoutAxis(config: Json, path: string, only?: number): Json {
  return mapGrids(config, (grid, index) =>
    only === undefined || only === index
      ? Object.fromEntries(Object.entries(grid).filter(([axis]) => axis !== path))
      : grid,
  );
}

export function methodsOf(config: Json): readonly Json[] {
  return (config['methods'] ?? []) as readonly Json[];
}

function mapGrids(config: Json, change: (grid: Grid, index: number) => Grid): Json {
  const methods = methodsOf(config).map((entry, index) => {
    const { grid, ...rest } = entry;
    const changed = change((grid ?? {}) as Grid, index);
    return Object.keys(changed).length === 0 ? rest : { ...rest, grid: changed };
  });
  return { ...config, methods };
}
