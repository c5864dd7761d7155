import {
  dataId,
  oddities,
  outsideOddities,
  shapeText,
  type PartSummary,
  type SweepData,
  type SweepDataset,
  type TargetSpec,
} from '@bbb/core';
import { shorten } from '../figures/names.js';
import { left, right, text, type Table } from './table.js';

/**
 * The data sets that the results belong to: their files, the number of examples of each class or the targets, and their features.
 * @returns undefined for results that do not contain them
 */
export function dataTable({ datasets = [] }: SweepData): Table | undefined {
  if (datasets.length === 0) return undefined;
  return {
    id: 'data',
    title: 'Data',
    columns: [
      left('name', 'data set'),
      left('role', 'role'),
      left('sha256', 'SHA-256'),
      left('part', 'part'),
      left('size', 'size'),
      right('examples', 'examples'),
      left('features', 'features'),
      left('targets', 'examples of each class, or targets'),
    ],
    rows: datasets.flatMap(rowsOf),
    notes: [
      ...datasets.flatMap(oddNotes),
      'SHA-256: the first digits of a hash of the hashes of all files, whatever the set is called. Features: the smallest and the largest value.',
    ],
  };
}

function oddNotes({ role, summary }: SweepDataset): string[] {
  return summary ? (role === 'main' ? oddities : outsideOddities)(summary) : [];
}

function rowsOf({ name, role, sha256, summary }: SweepDataset): Table['rows'] {
  const id = sha256 ? dataId(sha256) : 'not known';
  const lead = [text(name), text(role), text(id)];
  if (!summary) return [[...lead, ...['', '', '', '', ''].map((cell) => text(cell))]];
  const { inputShape, target, train, test } = summary;
  const size = text(
    shapeText(inputShape.length === 3 && inputShape[2] === 1 ? inputShape.slice(0, 2) : inputShape),
  );
  return [['training', train] as const, ['test', test] as const]
    .filter(([part]) => role === 'main' || part === 'test')
    .map(([part, found]) => [...lead, text(part), size, ...cellsOf(found, target)]);
}

function cellsOf(
  { examples, byClass, targets, features }: PartSummary,
  target: TargetSpec,
): Table['rows'][number] {
  return [
    text(String(examples)),
    text(features ? rangeText(features) : 'none'),
    text(
      byClass?.map((count, index) => `${index}: ${count}`).join(', ') ??
        (targets ? rangeText(targets, target.kind === 'real' ? target.unit : undefined) : 'none'),
    ),
  ];
}

/** Whole numbers are shown in full, other numbers with a few digits. */
function rangeText([low, high]: readonly [number, number], unit = ''): string {
  const text = (value: number): string =>
    String(Number.isInteger(value) ? value : Number(value.toPrecision(5)));
  return [text(low), 'to', text(high), shorten(unit, LONGEST_UNIT)].filter(Boolean).join(' ');
}

const LONGEST_UNIT = 24;
