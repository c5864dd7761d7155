import type { Outline } from './fonts.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Closed polygons. */
export type Polygons = readonly (readonly Point[])[];

/** Number of straight pieces of a curve. With 28 pixels, more pieces do not change the bytes. */
const PIECES = 8;

/** Replaces the curves of an outline by straight pieces. It only uses sums and products, so it gives the same numbers on every machine. */
export function flattened(outline: Outline): Polygons {
  const polygons: Point[][] = [];
  let points: Point[] = [];
  for (const command of outline) {
    const { type, x, y, x1, y1, x2, y2 } = command;
    const from = points.at(-1)!;
    if (type === 'M') polygons.push((points = [{ x, y }]));
    else if (type === 'L') points.push({ x, y });
    else if (type !== 'Z') {
      const controls = [from, { x: x1, y: y1 }, ...(type === 'C' ? [{ x: x2, y: y2 }] : []), { x, y }];
      for (let i = 1; i <= PIECES; i++) points.push(onCurve(controls, i / PIECES));
    }
  }
  return polygons;
}

/** The point of a curve at t, by De Casteljau's construction. */
function onCurve(controls: readonly Point[], t: number): Point {
  if (controls.length === 1) return controls[0]!;
  const next = controls.slice(1).map((to, i) => {
    const from = controls[i]!;
    return { x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) };
  });
  return onCurve(next, t);
}

/** Number of scan lines in a row of pixels. */
const LINES = 8;

/**
 * The covered part of each pixel as a byte: exact in the direction of a row, with {@link LINES} scan lines across it. Everything that a polygon
 * winds around is inside, so overlapping strokes do not cut holes.
 */
export function rasterised(polygons: Polygons, side: number): Uint8Array {
  const bytes = new Uint8Array(side * side);
  for (let row = 0; row < side; row++) {
    const covered = new Float64Array(side);
    for (let line = 0; line < LINES; line++)
      addLine(covered, crossings(polygons, row + (line + 0.5) / LINES));
    for (let col = 0; col < side; col++) bytes[row * side + col] = Math.round((255 * covered[col]!) / LINES);
  }
  return bytes;
}

interface Crossing {
  readonly x: number;
  /** Downwards is 1, upwards -1. */
  readonly direction: 1 | -1;
}

function crossings(polygons: Polygons, y: number): Crossing[] {
  const found: Crossing[] = [];
  for (const points of polygons) {
    points.forEach((from, i) => {
      const to = points[(i + 1) % points.length]!;
      if (from.y <= y === to.y <= y) return;
      const x = from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x);
      found.push({ x, direction: from.y <= y ? 1 : -1 });
    });
  }
  return found.toSorted((a, b) => a.x - b.x);
}

function addLine(covered: Float64Array, crossed: readonly Crossing[]): void {
  let winding = 0;
  crossed.forEach(({ x, direction }, i) => {
    winding += direction;
    if (winding !== 0 && i + 1 < crossed.length) addSpan(covered, x, crossed[i + 1]!.x);
  });
}

function addSpan(covered: Float64Array, from: number, to: number): void {
  const [first, last] = [Math.max(0, Math.floor(from)), Math.min(covered.length - 1, Math.floor(to))];
  for (let col = first; col <= last; col++)
    covered[col]! += Math.max(0, Math.min(to, col + 1) - Math.max(from, col));
}
