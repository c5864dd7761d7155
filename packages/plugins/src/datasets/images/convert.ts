import type { Picture } from './picture.js';

/** ITU-R 601 luma in whole numbers, as Pillow computes mode L. */
export function toGrey({ width, height, channels, pixels }: Picture): Picture {
  if (channels === 1) return { width, height, channels, pixels };
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const [r, g, b] = [pixels[3 * i]!, pixels[3 * i + 1]!, pixels[3 * i + 2]!];
    grey[i] = (19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16;
  }
  return { width, height, channels: 1, pixels: grey };
}

export function toColour({ width, height, channels, pixels }: Picture): Picture {
  if (channels === 3) return { width, height, channels, pixels };
  const colour = new Uint8Array(3 * pixels.length);
  pixels.forEach((value, i) => colour.fill(value, 3 * i, 3 * i + 3));
  return { width, height, channels: 3, pixels: colour };
}

/** The overlap of a source pixel with a target pixel, in whole numbers. */
interface Overlap {
  readonly source: number;
  readonly weight: number;
}

/** Pixel i of `to` covers the source from i * from / to until (i + 1) * from / to. In units of 1 / to these are whole numbers. */
function overlaps(from: number, to: number): Overlap[][] {
  return Array.from({ length: to }, (_, i) => {
    const [low, high] = [i * from, (i + 1) * from];
    const parts: Overlap[] = [];
    for (let source = Math.floor(low / to); source * to < high; source++) {
      parts.push({ source, weight: Math.min(high, (source + 1) * to) - Math.max(low, source * to) });
    }
    return parts;
  });
}

/**
 * Resizes a picture. Each pixel is the mean of the area of the source that it covers, computed in whole numbers and rounded to the nearest one:
 * the same bytes on every machine. The picture is stretched if its aspect ratio differs.
 */
export function resized({ width, height, channels, pixels }: Picture, rows: number, cols: number): Picture {
  if (height === rows && width === cols) return { width, height, channels, pixels };
  const [down, across] = [overlaps(height, rows), overlaps(width, cols)];
  const area = height * width;
  const out = new Uint8Array(rows * cols * channels);
  down.forEach((sourceRows, row) => {
    across.forEach((sourceCols, col) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (const y of sourceRows) {
          let line = 0;
          for (const x of sourceCols)
            line += x.weight * pixels[(y.source * width + x.source) * channels + c]!;
          sum += y.weight * line;
        }
        out[(row * cols + col) * channels + c] = Math.floor((2 * sum + area) / (2 * area));
      }
    });
  });
  return { width: cols, height: rows, channels, pixels: out };
}
