import { dot, tickX } from '@observablehq/plot';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { capitalised } from '../answer/words.js';
import { metricOf, named } from '../data/headline-metric.js';
import { headlineAt, mainPruner, sharesOf } from '../data/measure.js';
import { estimate } from '../stats/estimate.js';
import { formatNumber, formatShare } from '../tables/format.js';
import { xAxis } from './axes.js';
import { composeFigure, type Panel } from './compose.js';
import { inRows } from './criteria.js';
import type { Figure } from './figure.js';
import { shorten } from './names.js';
import type { Style, StyleOf } from './style.js';

/** Widths of a tick with the space around it, and of a character. */
const TICK = 20;
const CHARACTER = 6.4;

/** The headline of every seed, dense and at up to three sparsities, each with its own scale. */
export function spreadFigure(setting: Setting, styleOf: StyleOf): Figure {
  const shares = pick(sharesOf(setting.groups), 4);
  const metric = metricOf(setting.groups);
  const names = setting.groups.map((group) => group.name);
  const needed = TICK + Math.max(...names.map((name) => name.length)) * CHARACTER;
  // With long names, panels are twice as wide, and names take up to two thirds of them.
  const wide = needed > 150;
  const room = { width: wide ? 820 : 410, names: Math.min(wide ? 550 : 150, needed) };
  return composeFigure({
    id: 'spread',
    title: `Spread over seeds: ${settingTitle(setting)}`,
    description: `${capitalised(metric.name)} of every seed of ${names.join(', ')}, at ${shares.map(formatShare).join(', ')} of weights removed.`,
    rows: inRows(
      shares.map((share) => {
        const rows = setting.groups.map((group) => rowOf(group, share, styleOf(group), metric));
        return panel(share, rows, metric, room);
      }),
      wide ? 1 : 2,
    ),
    caption: 'A marker for each seed, a bar at their mean. The horizontal scales differ.',
  });
}

type Metric = ReturnType<typeof metricOf>;

/** The seeds of one method, and their mean. */
interface Row {
  readonly name: string;
  readonly style: Style;
  readonly points: readonly { readonly x: number; readonly y: string; readonly title: string }[];
  /** One mean, or none if nothing was measured. */
  readonly mean: readonly { readonly x: number; readonly y: string }[];
}

function rowOf(group: Group, share: number, style: Style, { unit, format, factor }: Metric): Row {
  const { name } = group;
  const headline = headlineAt({ pruner: mainPruner(group), share });
  const points = group.results.flatMap((result) => {
    const value = headline(result);
    if (value === undefined) return [];
    const title = `${name}, seed ${result.trial.seed}: ${formatNumber(value, format)}${unit}`;
    return [{ x: value * factor, y: name, title }];
  });
  const mean = estimate(points.map(({ x }) => x));
  return { name, style, points, mean: mean ? [{ x: mean.mean, y: name }] : [] };
}

/** All methods at one share. @param room width of the panel, and of the names in it */
function panel(
  share: number,
  rows: readonly Row[],
  { name, unit }: Metric,
  room: { readonly width: number; readonly names: number },
): Panel {
  return {
    title: `${formatShare(share)} removed`,
    options: {
      width: room.width,
      height: 54 + rows.length * 22,
      marginLeft: room.names,
      marginRight: 18,
      marginTop: 8,
      insetLeft: 8,
      insetRight: 8,
      marginBottom: 40,
      x: xAxis(named(name, unit), { grid: true, nice: true, ticks: 5 }),
      y: {
        type: 'band',
        domain: rows.map((row) => row.name),
        label: null,
        padding: 0.25,
        tickFormat: (method: string) => shorten(method, Math.floor((room.names - TICK) / CHARACTER)),
      },
      marks: rows.flatMap(({ style, points, mean }) => [
        tickX(mean, { x: 'x', y: 'y', stroke: style.color, strokeWidth: 2 }),
        dot(points, {
          x: 'x',
          y: 'y',
          r: 3.5,
          symbol: style.symbol,
          fill: style.color,
          fillOpacity: 0.7,
          title: 'title',
        }),
      ]),
    },
  };
}

/** Three shares for figures of whole distributions: dense, pruned far but still useful, and one in between. */
export function threeShares(groups: readonly Group[]): number[] {
  return pick(
    sharesOf(groups).filter((share) => share <= 0.95),
    3,
  );
}

/** Picks this many of the values: the first, the last, and evenly spaced ones in between. */
export function pick<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  return Array.from(
    { length: count },
    (_, i) => values[Math.round((i * (values.length - 1)) / (count - 1))]!,
  );
}
