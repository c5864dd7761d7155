import { dataId, oddities, shapeText, sizeOf, type Dataset, type DataSummary } from '@bbb/core';
import { inColumns } from '../io/columns.js';
import { sparkline } from '../progress/sparkline.js';
import { BINS, MOST_COLUMNS, type ColumnSummary } from './columns.js';
import type { Plan } from './plan.js';
import type { Named } from './what.js';

/** Most classes that are listed one by one. */
const MOST_CLASSES = 40;

export interface Inspected {
  readonly named: Named;
  readonly dataset: Dataset;
  readonly summary: DataSummary;
  /** The columns of a table. */
  readonly columns: readonly ColumnSummary[];
  readonly plan: Plan;
  /** Options that were assumed because the user did not give them. */
  readonly assumed: readonly string[];
}

export function inspectedText({ named, dataset, summary, columns, plan, assumed }: Inspected): string {
  const { name, inputShape, train, source, notes = [], sha256 } = dataset;
  const range = summary.train.features;
  const kind = train.features instanceof Uint8Array ? 'bytes' : 'floats';
  const facts = [
    ['read as', `${named.what} (--dataset ${named.use})`],
    ['from', source],
    [
      'one example',
      `${shapeText(inputShape)}, ${kind}${range ? ` from ${short(range[0])} to ${short(range[1])}` : ''}`,
    ],
    ['target', targetText(summary)],
    ['examples', `${train.count} training, ${dataset.test.count} test`],
    ['missing', missingText(dataset)],
    ['SHA-256', dataId(sha256)],
  ];
  return [
    name,
    ...inColumns(facts).map(indented),
    ...section('Classes', classLines(summary)),
    ...section(
      `Columns${inputShape[0]! > MOST_COLUMNS ? `, the first ${MOST_COLUMNS}` : ''}`,
      columnLines(columns),
    ),
    ...section('Notes', [...assumed, ...notes, ...oddities(summary)]),
    ...section('bbb would', plan.words),
    ...section('To train on it', [plan.command]),
  ].join('\n');
}

const LONGEST_NAME = 30;

/** The number of missing values in the examples. The data set's notes name rows that were left out. */
function missingText({ inputShape, train, test, missing, notes = [] }: Dataset): string {
  const left = notes.find((note) => note.includes('left out'));
  if (!missing) return left ?? 'none';
  const width = sizeOf(inputShape);
  // The inputs of one category count as one value.
  const inner = new Set(
    (missing.categories ?? []).flatMap(([first, size]) =>
      Array.from({ length: size - 1 }, (_, i) => first + 1 + i),
    ),
  );
  const count = ({ features }: Dataset['train']): number => {
    let gaps = 0;
    features.forEach((value: number, i: number) => {
      if (Number.isNaN(value) && !inner.has(i % width)) gaps++;
    });
    return gaps;
  };
  return `${count(train)} training and ${count(test)} test values, filled with the ${missing.fill} of the training split`;
}

function targetText({ target, train }: DataSummary): string {
  if (target.kind === 'class') return `${target.classes} classes`;
  const what = [target.name, target.unit && `in ${target.unit}`].filter(Boolean).join(' ') || 'a number';
  return train.targets ? `${what}, from ${short(train.targets[0])} to ${short(train.targets[1])}` : what;
}

function classLines({ target, train, test }: DataSummary): string[] {
  if (target.kind !== 'class') return [];
  const rows = Array.from({ length: Math.min(target.classes, MOST_CLASSES) }, (_, i) => [
    target.names?.[i] ?? String(i),
    String(train.byClass?.[i] ?? 0),
    String(test.byClass?.[i] ?? 0),
  ]);
  const rest = target.classes - rows.length;
  return [
    ...inColumns([['class', 'training', 'test'], ...rows], [1, 2]),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

function columnLines(columns: readonly ColumnSummary[]): string[] {
  if (columns.length === 0) return [];
  const rows = columns.map(({ name, min, mean, max, missing, histogram }) => [
    name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name,
    ...[min, mean, max, missing].map(short),
    sparkline(histogram, BINS),
  ]);
  return inColumns([['column', 'least', 'mean', 'most', 'missing', 'histogram'], ...rows], [1, 2, 3, 4]);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(indented)];
}

function indented(line: string): string {
  return `  ${line}`;
}

/** A number with four digits. */
function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
