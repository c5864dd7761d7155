import type { Raster } from './pictures.js';

/** Most columns of a picture in a terminal. Wider pictures are made narrower. */
const MOST_COLUMNS = 28;

/**
 * A picture in two colours made of half blocks, with two rows of pixels in each line, as plain text. A pixel is set if it is brighter than the
 * middle of the picture's own range.
 */
export function blocks({ width, height, channels, pixels }: Raster): string[] {
  const step = Math.max(1, Math.ceil(width / MOST_COLUMNS));
  const [cols, rows] = [Math.floor(width / step), Math.floor(height / step)];
  const grey = Array.from({ length: rows * cols }, (_, i) => {
    const [top, left] = [Math.floor(i / cols) * step, (i % cols) * step];
    let sum = 0;
    for (let y = top; y < top + step; y++) {
      const from = (y * width + left) * channels;
      for (let at = from; at < from + step * channels; at++) sum += pixels[at]!;
    }
    return sum / (step * step * channels);
  });
  const [low, high] = [Math.min(...grey), Math.max(...grey)];
  const set = (row: number, col: number): boolean => row < rows && grey[row * cols + col]! > (low + high) / 2;
  return Array.from({ length: Math.ceil(rows / 2) }, (_, line) =>
    Array.from({ length: cols }, (__, col) => half(set(2 * line, col), set(2 * line + 1, col))).join(''),
  );
}

function half(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}

/** Puts as many pictures of one size side by side as fit. */
export function besides(pictures: readonly (readonly string[])[], columns: number): string[] {
  const width = pictures[0]?.[0]?.length ?? 0;
  const fit = Math.max(1, Math.floor((columns + 2) / (width + 2)));
  const lines: string[] = [];
  for (let from = 0; from < pictures.length; from += fit) {
    const row = pictures.slice(from, from + fit);
    lines.push(
      ...row[0]!.map((_, line) =>
        row
          .map((picture) => picture[line]!)
          .join('  ')
          .trimEnd(),
      ),
    );
  }
  return lines;
}
