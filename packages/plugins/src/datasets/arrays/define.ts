import {
  BbbError,
  checkedDataset,
  definePlugin,
  numberColumns,
  type DataPart,
  type Dataset,
  type DatasetSource,
  type MissingValues,
  type Plugin,
  type Shape,
  type TargetSpec,
} from '@bbb/core';
import { z } from 'zod';
import { emptyPart, partHashes } from '../memory.js';
import { readRows, type Nested, type Numbers, type Rows } from './features.js';
import { findTarget, readTargets, type TargetChoice } from './targets.js';

/** Class names, class numbers from 0, or real numbers: one for each example. */
type TargetValues = Numbers | readonly string[];

export interface ArraysSpec {
  /** Name of the set in results, tables, figures and sweeps. */
  readonly name: string;
  /** Examples: rows of numbers, or a flat typed array with `inputShape`. Bytes stay bytes. */
  readonly x: Numbers | Nested;
  readonly y: TargetValues;
  /** Without a test set, a trial must hold out some examples: `testFraction`. */
  readonly test?: { readonly x: Numbers | Nested; readonly y: TargetValues };
  /** Default: names and whole numbers from 0 without gaps are classes, anything else is real. */
  readonly target?: TargetChoice;
  /** Shape of one example, e.g. `[4]` or `[28, 28, 1]`. Default: the shape of the rows. */
  readonly inputShape?: Shape;
  /** Names of the columns. A network keeps them, so that `bbb predict` and `predictor.encode` take rows by name. */
  readonly columns?: readonly string[];
  /**
   * How missing values (NaN; in rows also null) are filled: with the mean or the median of their column over the examples to train on. Default: a
   * missing value is refused, and the error names its row and column.
   */
  readonly missing?: MissingValues['fill'];
}

const noOptions = z.strictObject({});

export interface DefinedArrays {
  readonly dataset: Dataset;
  /** The data set as a source, for a plugin of your own. */
  readonly source: DatasetSource<z.output<typeof noOptions>>;
  /** A plugin with this one data set, for `createRegistry`. */
  readonly plugin: Plugin;
}

/**
 * Makes a data set of numbers in a program: they are checked, copied into shared memory and hashed.
 *
 * ```ts
 * const flowers = defineArrays({ name: 'flowers', x: [[5.1, 3.5], [6.2, 2.9]], y: ['setosa', 'virginica'] });
 * const registry = createRegistry([builtIns, flowers.plugin]);
 * await runTrial({ trial, registry, dataset: flowers.dataset, ops });
 * ```
 *
 * @param spec name, features `x` (one list of numbers for each example), targets `y` (numbers or names of classes), and what else is known
 *   of them
 * @throws BbbError `E_DATA_NAME`, `E_DATA_SHAPE`, `E_DATA_VALUE`, `E_DATA_TARGET`, naming the row (and column) from 0
 */
export function defineArrays(spec: ArraysSpec): DefinedArrays {
  const dataset = arrayDataset(spec);
  const source: DefinedArrays['source'] = {
    description: `${dataset.train.count} + ${dataset.test.count} examples of a program's own.`,
    options: noOptions,
    load: async () => dataset,
  };
  return {
    dataset,
    source,
    plugin: definePlugin({ name: `arrays:${dataset.name}`, datasets: { [dataset.name]: source } }),
  };
}

function arrayDataset({
  name,
  x,
  y,
  test,
  target: choice,
  inputShape,
  columns,
  missing,
}: ArraysSpec): Dataset {
  if (typeof name !== 'string' || name.trim() === '') {
    throw new BbbError('E_DATA_NAME', 'A data set of arrays needs a name.', {
      hint: "Give one: defineArrays({ name: 'flowers', ... }).",
    });
  }
  const spec = { missing: missing !== undefined };
  const rows = readRows('x', x, { ...spec, shape: inputShape, examples: y.length });
  const target = findTarget(y, choice);
  const train = partOf('', rows, y, target);
  const heldRows =
    test && readRows('test.x', test.x, { ...spec, shape: rows.shape, examples: test.y.length });
  const held = heldRows && partOf('test.', heldRows, test.y, target);
  return checkedDataset(name, {
    name,
    inputShape: rows.shape,
    target,
    train,
    test: held ?? emptyPart(train),
    sha256: { ...partHashes('train', train), ...(held ? partHashes('test', held) : {}) },
    source: 'memory',
    ...(columns ? { table: numberColumns(columns, target.kind === 'real' ? target.name : undefined) } : {}),
    // No byte can stand for a missing value.
    ...(missing && train.features instanceof Float32Array ? { missing: { fill: missing } } : {}),
    ...(choice
      ? {}
      : {
          notes: [
            `${target.kind === 'class' ? `The targets are ${target.classes} classes` : 'The targets are real numbers'}.`,
          ],
        }),
  });
}

function partOf(where: string, { features, count }: Rows, y: TargetValues, target: TargetSpec): DataPart {
  if (y.length !== count) {
    throw new BbbError(
      'E_DATA_SHAPE',
      `${where}x has ${count} examples, and ${where}y has ${y.length} targets.`,
      {
        hint: 'Give one target for each example.',
      },
    );
  }
  return { features, targets: readTargets(`${where}y`, y, target), count };
}
