import { areaY, dot, lineY, ruleX, type Markish } from '@observablehq/plot';
import type { Style } from './style.js';

/** A point of a line: a mean over seeds and its interval, if there is one. */
export interface LinePoint {
  /** A number, or a name on an axis of evenly spaced names. */
  readonly x: number | string;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
  /** What a pointer sees. */
  readonly title: string;
}

export interface LineOptions {
  readonly markers?: boolean;
  /** Error bars in place of a band, for few points. */
  readonly bars?: boolean;
}

/** A line with its 95 % band, in the style of a method. */
export function lineMarks(
  points: readonly LinePoint[],
  style: Style,
  { markers = true, bars = false }: LineOptions = {},
): Markish[] {
  const banded = points.filter(({ low }) => low !== undefined);
  const stroke = style.dash === 'none' ? {} : { strokeDasharray: style.dash };
  return [
    ...(bars
      ? [ruleX(banded, { x: 'x', y1: 'low', y2: 'high', stroke: style.color, strokeWidth: 1.2 })]
      : [areaY(banded, { x: 'x', y1: 'low', y2: 'high', fill: style.color, fillOpacity: 0.16 })]),
    lineY(points, { x: 'x', y: 'mean', stroke: style.color, strokeWidth: 1.8, ...stroke }),
    ...(markers
      ? [dot(points, { x: 'x', y: 'mean', r: 3.2, fill: style.color, symbol: style.symbol, title: 'title' })]
      : [dot(points, { x: 'x', y: 'mean', r: 5, fill: style.color, fillOpacity: 0, title: 'title' })]),
  ];
}
