import { scaleLinear, scaleLog, scalePoint } from 'd3-scale';
import type { TrialRow } from '../../src/protocol.js';
import type { Axis } from '../axes.js';
import type { Range } from '../filters.js';
import { plain } from '../format.js';

/** The places of an axis' values, in pixels from the top. */
export interface AxisScale {
  readonly at: (value: number | string) => number;
  readonly ticks: readonly { readonly y: number; readonly text: string }[];
  /** The range between two heights on the axis. */
  readonly range: (top: number, bottom: number) => Range;
  /** The heights of a range, cut at the ends of the axis. */
  readonly span: (range: Range) => [top: number, bottom: number];
}

/** @returns undefined while no trial has a value */
export function axisScale(axis: Axis, rows: readonly TrialRow[], height: number): AxisScale | undefined {
  const values = rows.flatMap((row) => axis.value(row) ?? []);
  if (values.length === 0) return undefined;
  return axis.kind === 'choice'
    ? choices(values.map(String), height)
    : numbers(axis, values.map(Number), height);
}

function choices(values: readonly string[], height: number): AxisScale {
  const names = [...new Set(values)];
  const scale = scalePoint(names, [0, height]).padding(0.5);
  const at = (value: number | string): number => scale(String(value)) ?? 0;
  const half = scale.step() / 2;
  return {
    at,
    ticks: names.map((name) => ({ y: at(name), text: name })),
    range(top, bottom) {
      const inside = names.filter((name) => at(name) >= top && at(name) <= bottom);
      return { kind: 'choice', values: new Set(inside) };
    },
    span(range) {
      const inside = names.filter((name) => range.kind === 'choice' && range.values.has(name)).map(at);
      return [
        Math.max(0, Math.min(...inside) - half * 0.8),
        Math.min(height, Math.max(...inside) + half * 0.8),
      ];
    },
  };
}

function numbers(axis: Axis, values: readonly number[], height: number): AxisScale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // A single value is placed in the middle.
  const domain =
    low < high
      ? [low, high]
      : [low - Math.max(1e-9, Math.abs(low) / 2), high + Math.max(1e-9, Math.abs(high) / 2)];
  const log = axis.scale === 'log' && low > 0;
  const scale = (log ? scaleLog() : scaleLinear()).domain(domain).range([height, 0]).nice();
  const ticks = scale.ticks(5);
  // A logarithmic scale gives ticks for every digit of a decade, so only powers of ten are kept.
  const few = ticks.length > 8 ? ticks.filter((tick) => Number.isInteger(Math.log10(tick))) : ticks;
  return {
    at: (value) => scale(Number(value)),
    ticks: (few.length > 1 ? few : ticks).map((tick) => ({ y: scale(tick), text: plain(tick) })),
    range: (top, bottom) => ({ kind: 'number', low: scale.invert(bottom), high: scale.invert(top) }),
    span(range) {
      if (range.kind !== 'number') return [0, height];
      const [first, last] = scale.domain() as [number, number];
      const within = (value: number): number => Math.max(first, Math.min(last, value));
      const top = scale(within(range.high));
      // If the ends were typed in the wrong order, the range is empty.
      return [top, Math.max(top, scale(within(range.low)))];
    },
  };
}
