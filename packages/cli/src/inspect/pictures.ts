import type { Dataset } from '@bbb/core';
import { BINS, columnsOf, type ColumnSummary } from './columns.js';

/** A picture in grey or colour bytes, row by row. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

export function isPictures({ inputShape: [rows = 0, cols = 0, channels = 0, ...more] }: Dataset): boolean {
  return more.length === 0 && rows > 1 && cols > 1 && (channels === 1 || channels === 3);
}

/** Rows of training examples as pictures: the first ones of each class, or of all if targets are real. */
export function examples(dataset: Dataset, rows: number, perRow: number): Raster[][] {
  const { target, train } = dataset;
  const groups = target.kind === 'class' ? Math.min(target.classes, rows) : rows;
  const picked: number[][] = Array.from({ length: groups }, () => []);
  for (let i = 0; i < train.count; i++) {
    const group = target.kind === 'class' ? train.targets[i]! : Math.floor(i / perRow);
    if (picked[group] && picked[group].length < perRow) picked[group].push(i);
  }
  const toByte = bytesOf(dataset);
  return picked.map((indices) => indices.map((index) => example(dataset, index, toByte)));
}

function example({ inputShape, train }: Dataset, index: number, toByte: (value: number) => number): Raster {
  const [height = 0, width = 0, channels] = inputShape;
  const size = height * width * channels!;
  const values = train.features.subarray(index * size, (index + 1) * size);
  return { width, height, channels: channels as 1 | 3, pixels: Uint8Array.from(values, toByte) };
}

/** Turns features into bytes. Bytes stay as they are, floats are scaled to their range. */
function bytesOf({ train: { features } }: Dataset): (value: number) => number {
  if (features instanceof Uint8Array) return (value) => value;
  const { min, max } = features.reduce(
    (range, value) => ({ min: Math.min(range.min, value), max: Math.max(range.max, value) }),
    { min: Infinity, max: -Infinity },
  );
  return (value) => (max > min ? Math.round(((value - min) / (max - min)) * 255) : 0);
}

const GAP = 2;

/** Puts pictures of one size side by side, on white. */
export function sheet(rows: readonly (readonly Raster[])[]): Raster {
  const [first] = rows.flat();
  const { width, height, channels } = first!;
  const across = Math.max(...rows.map((row) => row.length));
  const size = { width: across * (width + GAP) + GAP, height: rows.length * (height + GAP) + GAP };
  const pixels = new Uint8Array(size.width * size.height * channels).fill(255);
  rows.forEach((row, r) =>
    row.forEach((picture, c) => {
      const [top, left] = [GAP + r * (height + GAP), GAP + c * (width + GAP)];
      for (let y = 0; y < height; y++) {
        const line = picture.pixels.subarray(y * width * channels, (y + 1) * width * channels);
        pixels.set(line, ((top + y) * size.width + left) * channels);
      }
    }),
  );
  return { ...size, channels, pixels };
}

const BAR = 5;
const TALL = 48;

/** Histograms of the columns, black on grey, six in each row. */
export function histograms(dataset: Dataset): Raster {
  const bars = columnsOf(dataset).map(histogramRaster);
  const rows = Array.from({ length: Math.ceil(bars.length / 6) }, (_, i) => bars.slice(6 * i, 6 * i + 6));
  return sheet(rows);
}

function histogramRaster({ histogram }: ColumnSummary): Raster {
  const width = BINS * BAR;
  const most = Math.max(1, ...histogram);
  const pixels = new Uint8Array(width * TALL).fill(225);
  histogram.forEach((count, bin) => {
    const height = Math.round((count / most) * TALL);
    for (let y = TALL - height; y < TALL; y++)
      pixels.fill(40, y * width + bin * BAR, y * width + (bin + 1) * BAR - 1);
  });
  return { width, height: TALL, channels: 1, pixels };
}
