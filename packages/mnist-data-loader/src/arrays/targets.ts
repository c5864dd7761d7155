import { classesOf } from '../classes.js';
import { floats, type NamedArray } from './features.js';
import { labelsOf } from '../labels.js';

/** The targets: classes as bytes, or real numbers as float32, in shared memory. */
export interface TargetsOfSet {
  /** Absent for real numbers. */
  readonly classes?: { readonly count: number; readonly labels?: readonly number[] };
  /** The targets of each part. */
  readonly values: readonly (Uint8Array | Float32Array)[];
  readonly notes: readonly string[];
}

export interface TargetOptions {
  readonly kind?: 'class' | 'real' | undefined;
  readonly classes?: number | undefined;
}

/**
 * Reads the targets. They are classes, unless some have fractions or the caller asks for real numbers.
 * @throws DataError as {@link labelsOf}, {@link classesOf} and {@link floats}
 */
export function targetsOf(
  parts: readonly NamedArray[],
  { kind, classes: asked }: TargetOptions,
): TargetsOfSet {
  const real = kind === 'real' || (kind === undefined && asked === undefined && parts.some(hasFractions));
  if (real) {
    const values = parts.map(({ array, source }) => floats(array.data, array.shape, source));
    return {
      values,
      notes:
        kind === 'real'
          ? []
          : ['targets with fractions: they are real numbers to be predicted (target=class: classes).'],
    };
  }
  const [train, test] = parts.map(({ array, source }) => ({ source, ...labelsOf(array, source) }));
  const none = { source: train!.source, values: new Uint8Array(new SharedArrayBuffer(0)), notes: [] };
  const classes = classesOf(train!, test ?? none, asked);
  return {
    classes: { count: classes.count, ...(classes.labels ? { labels: classes.labels } : {}) },
    values: [classes.train, classes.test],
    notes: [...train!.notes, ...(test?.notes ?? []), ...classes.notes],
  };
}

/** Whether there is one number for each example and not all of them are whole. */
function hasFractions({ array: { data, shape } }: NamedArray): boolean {
  const single = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  return single && data.some((value) => Number.isFinite(value) && !Number.isInteger(value));
}
