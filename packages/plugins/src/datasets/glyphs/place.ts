import type { Point, Polygons } from './raster.js';

/** Position and shape of a letter in its square. */
export interface Placing {
  /** Pixels that its longer side takes. */
  readonly size: number;
  /** Pixels to the right for each pixel upwards. */
  readonly slant: number;
  /** Pixels from the middle, to the right and downwards. */
  readonly dx: number;
  readonly dy: number;
}

/** Number of variants of each letter of each font. */
export const PLACINGS = 25;

/** Combines five sizes around the 20 pixels of MNIST with five slants, and moves the letter by up to two pixels. */
export function placing(variant: number): Placing {
  return {
    size: 18 + Math.floor(variant / 5),
    slant: ((variant % 5) - 2) / 10,
    dx: ((variant * 7) % 5) - 2,
    dy: ((variant * 3 + Math.floor(variant / 5)) % 5) - 2,
  };
}

/** The letter in a square of pixels, y downwards. */
export function placed(polygons: Polygons, { size, slant, dx, dy }: Placing, side: number): Polygons {
  const slanted = polygons.map((points) => points.map(({ x, y }) => ({ x: x + slant * y, y: -y })));
  const all = slanted.flat();
  const [left, right] = range(all, ({ x }) => x);
  const [top, bottom] = range(all, ({ y }) => y);
  const scale = size / Math.max(right - left, bottom - top);
  const [x0, y0] = [
    side / 2 + dx - (scale * (left + right)) / 2,
    side / 2 + dy - (scale * (top + bottom)) / 2,
  ];
  return slanted.map((points) => points.map(({ x, y }) => ({ x: x0 + scale * x, y: y0 + scale * y })));
}

function range(points: readonly Point[], of: (point: Point) => number): [low: number, high: number] {
  const values = points.map(of);
  return [Math.min(...values), Math.max(...values)];
}
