import { damaged } from './error.js';
import type {
  Shape,
  StoredCalibration,
  StoredLayer,
  StoredModel,
  StoredPosterior,
  StoredScaling,
  StoredTable,
  StoredTarget,
  Windows,
} from './model.js';

/*
 * Checks of what a file says about its model. They are written by hand, because a schema library would be as large as the rest of the
 * package. Each check returns a new value that contains only what was checked, or throws.
 */

type Json = Readonly<Record<string, unknown>>;

const MOST_NUMBERS = 2 ** 26;
const MOST_RISKS = 100;
const MOST_LAYERS = 1_000;
const MOST_CLASSES = 65_536;
const MOST_MEMBERS = 10_000;
const MOST_TEXT = 10_000;

/** @throws BbbError `E_MODEL_FILE` for a value that is not the description of a model */
export function checkModel(value: unknown): StoredModel {
  const model = record('model', value);
  const inputShape = shape('inputShape', model['inputShape']);
  const size = inputShape.reduce((product, n) => product * n, 1);
  const target = targetOf(record('target', model['target']));
  return {
    inputShape,
    scaling: scalingOf(record('scaling', model['scaling']), size),
    ...optional('table', model, (found) => tableOf(record('table', found), size)),
    target,
    layers: list('layers', model['layers'], MOST_LAYERS).map(layerOf),
    posterior: posteriorOf(record('posterior', model['posterior'])),
    samples: whole('samples', model['samples'], 0, MOST_MEMBERS),
    ...optional('calibration', model, (found) => calibrationOf(record('calibration', found), target)),
    ...optional('about', model, (found) =>
      Object.fromEntries(Object.entries(record('about', found)).map(([key, said]) => [key, text(key, said)])),
    ),
  };
}

function layerOf(value: unknown): StoredLayer {
  const layer = record('a layer', value);
  const kind = layer['kind'];
  if (kind === 'dense') return { kind, units: whole('units', layer['units'], 1, MOST_NUMBERS) };
  if (kind === 'conv2d')
    return { kind, filters: whole('filters', layer['filters'], 1, MOST_NUMBERS), ...windowsOf(layer) };
  if (kind === 'max-pool' || kind === 'average-pool') return { kind, ...windowsOf(layer) };
  if (kind === 'relu' || kind === 'tanh' || kind === 'flatten') return { kind };
  throw damaged(`there is no layer of the kind ${said(kind)}`);
}

function windowsOf(layer: Json): Windows {
  const { padding } = layer;
  if (padding !== 'valid' && padding !== 'same') throw damaged(`padding is ${said(padding)}`);
  return { window: pair('window', layer['window']), stride: pair('stride', layer['stride']), padding };
}

function pair(name: string, value: unknown): readonly [number, number] {
  const [a, b, ...rest] = list(name, value, 2);
  if (rest.length > 0) throw damaged(`${name} has more than two numbers`);
  return [whole(name, a, 1, MOST_NUMBERS), whole(name, b, 1, MOST_NUMBERS)];
}

function scalingOf(scaling: Json, size: number): StoredScaling {
  const columns = (name: string, check: (name: string, value: unknown) => number): number[] => {
    const values = list(name, scaling[name], size).map((x) => check(name, x));
    if (values.length !== size) throw damaged(`${name} has another number of columns than the inputs`);
    return values;
  };
  const fill = scaling['fill'] === undefined ? {} : { fill: columns('fill', finite) };
  if (scaling['kind'] === 'divide')
    return { kind: 'divide', divisor: positive('divisor', scaling['divisor']), ...fill };
  if (scaling['kind'] !== 'standardise') throw damaged(`the scaling is ${said(scaling['kind'])}`);
  return { kind: 'standardise', mean: columns('mean', finite), sd: columns('sd', positive), ...fill };
}

function tableOf(table: Json, size: number): StoredTable {
  const columns = list('columns', table['columns'], size).map((found) => {
    const column = record('a column', found);
    return {
      name: text('a name', column['name']),
      ...optional('categories', column, (values) => texts('categories', values, size)),
    };
  });
  const width = columns.reduce((sum, { categories }) => sum + (categories?.length ?? 1), 0);
  if (width !== size) throw damaged(`its columns are ${width} numbers, and an example is ${size}`);
  different(
    'columns',
    columns.map(({ name }) => name),
  );
  return {
    columns,
    ...optional('target', table, (found) => text('target', found)),
    ...optional('dropped', table, (found) => texts('dropped', found, MOST_NUMBERS)),
  };
}

function texts(name: string, value: unknown, most: number): string[] {
  const values = list(name, value, most).map((x) => text(name, x));
  if (values.length === 0) throw damaged(`${name} is empty`);
  return different(name, values);
}

function different(name: string, values: string[]): string[] {
  if (new Set(values).size === values.length) return values;
  throw damaged(`${name} has the same name twice`);
}

function targetOf(target: Json): StoredTarget {
  if (target['kind'] === 'class') {
    const classes = whole('classes', target['classes'], 1, MOST_CLASSES);
    const names = optional('names', target, (found) =>
      list('names', found, classes).map((x) => text('a name', x)),
    );
    if (names.names && names.names.length !== classes)
      throw damaged('it has another number of names than classes');
    return { kind: 'class', classes, ...names };
  }
  if (target['kind'] !== 'real') throw damaged(`the target is ${said(target['kind'])}`);
  return {
    kind: 'real',
    ...optional('name', target, (found) => text('name', found)),
    ...optional('unit', target, (found) => text('unit', found)),
    mean: finite('mean', target['mean']),
    sd: positive('sd', target['sd']),
    noise: noiseOf(record('noise', target['noise'])),
  };
}

function noiseOf(noise: Json): Extract<StoredTarget, { kind: 'real' }>['noise'] {
  if (noise['kind'] === 'per-input') return { kind: 'per-input', start: finite('start', noise['start']) };
  if (noise['kind'] !== 'constant') throw damaged(`the noise is ${said(noise['kind'])}`);
  const logSd = list('logSd', noise['logSd'], MOST_MEMBERS + 1).map((x) => finite('logSd', x));
  if (logSd.length === 0) throw damaged('the noise has no size');
  return { kind: 'constant', logSd };
}

function posteriorOf(posterior: Json): StoredPosterior {
  const { kind } = posterior;
  if (kind === 'point') return { kind };
  if (kind === 'gaussian') {
    const [a, b, ...rest] = list('key', posterior['key'], 2).map((x) => whole('key', x, 0, 2 ** 32 - 1));
    if (a === undefined || b === undefined || rest.length > 0)
      throw damaged('the key is not a pair of 32-bit words');
    return { kind, key: [a, b] };
  }
  if (kind !== 'members') throw damaged(`the posterior is ${said(kind)}`);
  const { mean } = posterior;
  if (typeof mean !== 'boolean')
    throw damaged('the member that says whether there is a mean network is missing');
  return { kind, count: whole('count', posterior['count'], 1, MOST_MEMBERS), mean };
}

function calibrationOf(calibration: Json, target: StoredTarget): StoredCalibration {
  const limit = (x: unknown): number | null => (x === null ? null : finite('threshold', x));
  return {
    samples: whole('samples', calibration['samples'], 0, MOST_MEMBERS),
    ...optional('temperature', calibration, (found) => positive('temperature', found)),
    ...optional('sets', calibration, (found) => {
      const sets = record('sets', found);
      const { threshold } = sets;
      const each = Array.isArray(threshold) ? threshold.map(limit) : limit(threshold);
      if (Array.isArray(each) && (target.kind !== 'class' || each.length !== target.classes))
        throw damaged('there is another number of thresholds than classes');
      return { level: fraction('level', sets['level']), threshold: each };
    }),
    ...optional('interval', calibration, (found) => {
      const interval = record('interval', found);
      const { score } = interval;
      if (score !== 'absolute' && score !== 'scaled') throw damaged(`the interval is ${said(score)}`);
      return { level: fraction('level', interval['level']), score, width: limit(interval['width']) };
    }),
    ...optional('sure', calibration, sureOf),
    ...optional('risks', calibration, risksOf),
  };
}

function sureOf(value: unknown): NonNullable<StoredCalibration['sure']> {
  const sure = record('sure', value);
  return {
    risk: fraction('risk', sure['risk']),
    probability: finite('probability', sure['probability']),
  };
}

function risksOf(value: unknown): NonNullable<StoredCalibration['risks']> {
  const risks = list('risks', value, MOST_RISKS).map(sureOf);
  if (risks.some(({ risk }, i) => i > 0 && risk <= risks[i - 1]!.risk)) throw damaged('risks do not ascend');
  return risks;
}

function optional<Name extends string, Value>(
  name: Name,
  from: Json,
  check: (value: unknown) => Value,
): { readonly [name in Name]?: Value } {
  const found = from[name];
  return (found === undefined ? {} : { [name]: check(found) }) as { readonly [name in Name]?: Value };
}

function record(name: string, value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw damaged(`${name} is ${said(value)}`);
}

function list(name: string, value: unknown, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw damaged(`${name} is not a list of at most ${most}`);
}

function shape(name: string, value: unknown): Shape {
  const sizes = list(name, value, 3).map((n) => whole(name, n, 1, MOST_NUMBERS));
  if (sizes.length > 0 && sizes.reduce((product, n) => product * n, 1) <= MOST_NUMBERS) return sizes;
  throw damaged(`${name} is [${sizes.join(', ')}]`);
}

function whole(name: string, value: unknown, least: number, most: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw damaged(`${name} is ${said(value)}, expected a whole number from ${least} to ${most}`);
}

function finite(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw damaged(`${name} is ${said(value)}, expected a number`);
}

function positive(name: string, value: unknown): number {
  if (finite(name, value) > 0) return value as number;
  throw damaged(`${name} is ${said(value)}, expected a number above 0`);
}

function fraction(name: string, value: unknown): number {
  if (finite(name, value) > 0 && (value as number) < 1) return value as number;
  throw damaged(`${name} is ${said(value)}, expected a number between 0 and 1`);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= MOST_TEXT) return value;
  throw damaged(`${name} is not a text of at most ${MOST_TEXT} characters`);
}

function said(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
