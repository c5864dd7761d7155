/** Hyper-parameters by path, e.g. `{ 'options.pi': 0.5 }`. */
export type Hyperparameters = Readonly<Record<string, unknown>>;

/** Every combination of a grid, the last path moving fastest. An empty grid has one point. */
export function gridPoints(grid: Readonly<Record<string, readonly unknown[]>>): Hyperparameters[] {
  return Object.entries(grid).reduce<Hyperparameters[]>(
    (points, [path, values]) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    [{}],
  );
}

/** The nested object that hyper-parameters below `root` describe: `{ 'options.a.b': 1 }` gives `{ a: { b: 1 } }`. */
export function hyperparametersBelow(
  hyperparameters: Hyperparameters,
  root: string,
): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(hyperparameters)) {
    const [first, ...keys] = path.split('.');
    if (first !== root) continue;
    let at = nested;
    for (const key of keys.slice(0, -1)) at = at[key] = { ...(at[key] as object) };
    at[keys.at(-1)!] = value;
  }
  return nested;
}

/** A copy of `base` with `patch` laid over it, object by object; arrays and plain values are replaced. */
export function overlay(base: Hyperparameters, patch: Hyperparameters): Hyperparameters {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? overlay(below, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Hyperparameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Significant digits of a sampled fraction: enough to tell it from others, and short enough to read. */
const DIGITS = 5;

/** A point as text for people: `learningRate=0.001 pi=0.5`. */
export function describePoint(point: Hyperparameters): string {
  return Object.entries(point)
    .map(([path, value]) => `${path.split('.').at(-1)}=${describeValue(value)}`)
    .join(' ');
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return value;
  const fraction = typeof value === 'number' && !Number.isInteger(value);
  return JSON.stringify(fraction ? Number(value.toPrecision(DIGITS)) : value);
}
