import { DataError } from './errors.js';

/** The labels of a split as they are in the file, and the name of the file. */
export interface SplitLabels {
  readonly values: ArrayLike<number>;
  readonly source: string;
}

/** Labels as class indices, each below `count`. */
export interface Classes {
  readonly count: number;
  readonly train: Uint8Array;
  readonly test: Uint8Array;
  /** The label of each class in the file. Absent if the labels are 0, 1, 2, ... */
  readonly labels?: readonly number[];
  /** A sentence for the user on how such labels became classes. */
  readonly notes: readonly string[];
}

/** Class indices are bytes. */
const MOST_CLASSES = 256;

/**
 * Turns labels into class indices. If the number of classes is not given, the labels that occur are numbered in ascending order, so that no
 * network gets an output for a class that does not exist. If it is given, labels stay as they are; labels from 1 to `asked` become
 * 0 to `asked` - 1.
 *
 * @throws DataError `E_DATA_LABEL`
 */
export function classesOf(train: SplitLabels, test: SplitLabels, asked?: number): Classes {
  return asked === undefined ? numbered(train, test) : counted(train, test, asked);
}

function numbered(train: SplitLabels, test: SplitLabels): Classes {
  const labels = distinct([train, test]);
  const index = new Map(labels.map((label, i) => [label, i]));
  const same = labels.every((label, i) => label === i);
  const map = ({ values }: SplitLabels): Uint8Array =>
    same && isShared(values) ? values : mapped(values, (label) => index.get(label)!);
  return {
    count: labels.length,
    train: map(train),
    test: map(test),
    ...(same ? {} : { labels }),
    notes: same ? [] : [renumbered(labels)],
  };
}

function renumbered(labels: readonly number[]): string {
  return labels.length === 1
    ? `all labels are ${labels[0]}, and became class 0${keep(labels)}.`
    : `labels ${runs(labels)} became classes 0 to ${labels.length - 1}${keep(labels)}.`;
}

function counted(train: SplitLabels, test: SplitLabels, asked: number): Classes {
  const labels = distinct([train, test]);
  const fromOne = labels[0]! >= 1 && labels.at(-1) === asked;
  const from = fromOne ? 1 : 0;
  const map = ({ values, source }: SplitLabels): Uint8Array => {
    check(values, source, asked, from);
    return !fromOne && isShared(values) ? values : mapped(values, (label) => label - from);
  };
  return {
    count: asked,
    train: map(train),
    test: map(test),
    ...(fromOne ? { labels: Array.from({ length: asked }, (_, i) => i + 1) } : {}),
    notes: fromOne ? [`labels 1 to ${asked} became classes 0 to ${asked - 1}.`] : [],
  };
}

/** Whether the labels are bytes in shared memory already, so that no copy is needed. */
function isShared(values: ArrayLike<number>): values is Uint8Array {
  return values instanceof Uint8Array && values.buffer instanceof SharedArrayBuffer;
}

function check(values: ArrayLike<number>, source: string, classes: number, from: number): void {
  const largest = Math.min(classes, MOST_CLASSES) - 1 + from;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! >= from && values[i]! <= largest) continue;
    throw new DataError(
      'E_DATA_LABEL',
      `${source} has label ${values[i]} at position ${i}; with ${classes} classes labels are ${from} to ${largest}.`,
      { hint: 'Correct the file or the number of classes.' },
    );
  }
}

/** Every label that occurs, ascending. Stops when there are too many to be classes: a file of other numbers has millions. */
function distinct(splits: readonly SplitLabels[]): number[] {
  const seen = new Set<number>();
  for (const { values, source } of splits) {
    for (let i = 0; i < values.length; i++) {
      seen.add(values[i]!);
      if (seen.size > MOST_CLASSES) throw tooMany(source, i);
    }
  }
  return [...seen].toSorted((a, b) => a - b);
}

function tooMany(source: string, position: number): DataError {
  return new DataError(
    'E_DATA_LABEL',
    `${source} has more than ${MOST_CLASSES} different labels (counted up to position ${position}).`,
    {
      hint: 'bbb predicts at most 256 classes. Numbers to be predicted, not classes: --dataset-option target=real.',
    },
  );
}

function mapped(values: ArrayLike<number>, map: (label: number) => number): Uint8Array {
  const labels = new Uint8Array(new SharedArrayBuffer(values.length));
  for (let i = 0; i < labels.length; i++) labels[i] = map(values[i]!);
  return labels;
}

/** Labels as text: `0 to 8, 10 to 24`. If there are many ranges, only the first ones. */
function runs(labels: readonly number[]): string {
  const parts: [from: number, to: number][] = [];
  for (const label of labels) {
    const last = parts.at(-1);
    if (last && last[1] === label - 1) last[1] = label;
    else parts.push([label, label]);
  }
  const shown = parts.slice(0, MOST_RUNS).map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${shown.join(', ')}${parts.length > MOST_RUNS ? ', ...' : ''}`;
}

const MOST_RUNS = 6;

/** What to type to get other classes, if that is possible. */
function keep(labels: readonly number[]): string {
  const classes = labels.at(-1)! + 1;
  return labels[0]! >= 0 && classes <= MOST_CLASSES ? ` (the option classes=${classes} keeps them)` : '';
}
