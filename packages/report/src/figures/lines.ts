import { areaY, dot, lineY, ruleX, type Markish } from '@observablehq/plot';
import type { Estimate } from '../stats/estimate.js';
import type { Style } from './style.js';

/** A point of a line: a mean over seeds and its interval, if there is one. */
export interface LinePoint {
  /** A number, or a name on an axis of evenly spaced names. */
  readonly x: number | string;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
  /** Single seeds, drawn in place of an interval where there are two. */
  readonly seeds?: readonly number[];
  /** The text that a pointer shows. */
  readonly title: string;
}

export interface LineOptions {
  readonly markers?: boolean;
  /** Whether error bars replace the band, for few points. */
  readonly bars?: boolean;
}

/** Fewest seeds for which intervals are drawn: with two, Student's t makes them 12.7 standard errors wide to each side. */
const FEWEST = 3;

/** The spread of seeds as it is drawn: their interval, or the single values if there are two seeds. */
export function spreadOf(
  { n, low, high, values }: Estimate,
  factor = 1,
  [least, most]: readonly [number, number] = [-Infinity, Infinity],
): Pick<LinePoint, 'low' | 'high' | 'seeds'> {
  if (n === 1 || low === undefined || high === undefined) return {};
  if (n < FEWEST) return { seeds: values.map((value) => value * factor) };
  return { low: Math.max(least, low * factor), high: Math.min(most, high * factor) };
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
    dot(
      points.flatMap(({ x, seeds = [] }) => seeds.map((y) => ({ x, y }))),
      { x: 'x', y: 'y', r: 1.8, fill: style.color, fillOpacity: 0.55 },
    ),
    lineY(points, { x: 'x', y: 'mean', stroke: style.color, strokeWidth: 1.8, ...stroke }),
    ...(markers
      ? [dot(points, { x: 'x', y: 'mean', r: 3.2, fill: style.color, symbol: style.symbol, title: 'title' })]
      : [dot(points, { x: 'x', y: 'mean', r: 5, fill: style.color, fillOpacity: 0, title: 'title' })]),
  ];
}
