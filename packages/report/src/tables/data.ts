import {
  dataId,
  oddities,
  outsideOddities,
  type PartSummary,
  type SweepData,
  type SweepDataset,
} from '@bbb/core';
import { left, right, text, type Table } from './table.js';

/**
 * The data sets that the results are of: which files, how many images of each class, which pixels.
 * @returns undefined for results that do not tell
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
      right('images', 'images'),
      left('pixels', 'pixels'),
      left('by_class', 'images of each class'),
    ],
    rows: datasets.flatMap(rowsOf),
    notes: [
      ...datasets.flatMap(oddNotes),
      'SHA-256: the first digits of a hash of the hashes of all files, whatever the set is called. Pixels: the smallest and the largest value of 0 to 255.',
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
  const { rows, cols, train, test } = summary;
  const size = text(`${rows} x ${cols}`);
  return [['training', train] as const, ['test', test] as const]
    .filter(([part]) => role === 'main' || part === 'test')
    .map(([part, found]) => [...lead, text(part), size, ...cellsOf(found)]);
}

function cellsOf({ images, byClass, pixels }: PartSummary): Table['rows'][number] {
  return [
    text(String(images)),
    text(pixels ? `${pixels[0]} to ${pixels[1]}` : 'none'),
    text(byClass.map((count, index) => `${index}: ${count}`).join(', ')),
  ];
}
