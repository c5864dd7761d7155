import { dot, ruleX, ruleY, type Markish } from '@observablehq/plot';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { denseOf, headlineAt } from '../data/measure.js';
import { formatNumber } from '../tables/format.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import { composeFigure } from './compose.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import { spreadOf } from './lines.js';
import { logTicks } from './log-ticks.js';
import type { Style, StyleOf } from './style.js';
import { seedsOf, xAxis } from './axes.js';

/** One trained network: a marker. */
interface Point {
  readonly seconds: number;
  readonly error: number;
  readonly title: string;
}

/** The means over a method's seeds, with their intervals. */
interface Mean {
  readonly time: Estimate;
  readonly error: Estimate;
}

interface Cost {
  readonly group: Group;
  readonly style: Style;
  readonly points: readonly Point[];
  /** One mean, or none if nothing was measured. */
  readonly mean: readonly Mean[];
}

type Metric = ReturnType<typeof metricOf>;

/** Test error (1 - accuracy, RMSE) against training time: small markers are seeds, large ones means with the intervals of both. */
export function costFigure(setting: Setting, styleOf: StyleOf): Figure {
  const metric = metricOf(setting.groups);
  const { name } = metric.error;
  const all = setting.groups.map((group) => costOf(group, styleOf(group), metric));
  const times = all.flatMap(({ points, mean }) => [
    ...points.map(({ seconds }) => seconds),
    ...mean.flatMap(({ time }) => [earliest(time), drawn(time).high]),
  ]);
  return composeFigure({
    id: 'cost',
    title: `Test ${name} against training time: ${settingTitle(setting)}`,
    description: `Each method by the mean of its training time and dense test ${name}: ${all
      .flatMap(({ group, mean }) =>
        mean.map(
          ({ time, error }) => `${group.name} ${time.mean.toFixed(1)} s, ${errorText(error.mean, metric)}`,
        ),
      )
      .join('; ')}.`,
    legend: methodLegend(setting.groups, styleOf, 'dot'),
    rows: [
      [
        {
          options: {
            width: 720,
            height: 340,
            marginLeft: 52,
            marginBottom: 42,
            inset: 14,
            x: xAxis('training time (s)', {
              type: 'log',
              ticks: logTicks(Math.min(...times), Math.max(...times)),
              tickFormat: String,
            }),
            y: { label: named(`test ${name}`, metric.unit), labelArrow: 'none', grid: true },
            marks: all.flatMap((cost) => marksOf(cost, metric)),
          },
        },
      ],
    ],
    caption: `Large: means over seeds with 95 % confidence intervals; small: single seeds. ${seedsOf(setting.groups)} Time is that of training, logarithmic.`,
  });
}

function errorText(error: number, { factor, format, unit }: Metric): string {
  return `${formatNumber(error / factor, format)}${unit}`;
}

function costOf(group: Group, style: Style, metric: Metric): Cost {
  const headline = headlineAt(denseOf(group));
  const points = group.results.flatMap((result): Point[] => {
    const value = headline(result);
    if (value === undefined) return [];
    const seconds = result.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
    const error = metric.error.of(value) * metric.factor;
    const title = `${group.name}, seed ${result.trial.seed}: ${errorText(error, metric)} ${metric.error.name} after ${seconds.toFixed(1)} s`;
    return [{ seconds, error, title }];
  });
  const time = estimate(points.map(({ seconds }) => seconds));
  const error = estimate(points.map((point) => point.error));
  return { group, style, points, mean: time && error ? [{ time, error }] : [] };
}

/** The markers of a method's seeds, and a larger one at their means with the intervals of both. */
function marksOf({ group, style, points, mean }: Cost, metric: Metric): Markish[] {
  // An error in percent can't exceed 100, so its interval is cut there.
  const most = metric.factor === 100 ? 100 : Infinity;
  return [
    dot(points, { x: 'seconds', y: 'error', r: 2.2, fill: style.color, fillOpacity: 0.55, title: 'title' }),
    ruleX(mean, {
      x: ({ time }: Mean) => time.mean,
      y1: ({ error }: Mean) => Math.max(0, drawn(error).low),
      y2: ({ error }: Mean) => Math.min(most, drawn(error).high),
      stroke: style.color,
    }),
    ruleY(mean, {
      y: ({ error }: Mean) => error.mean,
      x1: ({ time }: Mean) => earliest(time),
      x2: ({ time }: Mean) => drawn(time).high,
      stroke: style.color,
    }),
    dot(mean, {
      x: ({ time }: Mean) => time.mean,
      y: ({ error }: Mean) => error.mean,
      r: 6,
      symbol: style.symbol,
      fill: style.color,
      title: ({ time, error }: Mean) =>
        `${group.name}: ${errorText(error.mean, metric)} ${metric.error.name}, ${time.mean.toFixed(1)} s (means)`,
    }),
  ];
}

/** The lower end of the interval of a time, kept above zero for the logarithmic axis. */
function earliest(time: Estimate): number {
  return Math.max(drawn(time).low, time.mean / 2);
}

/** The interval of a mean. Without one, both ends are the mean. */
function drawn(value: Estimate): { readonly low: number; readonly high: number } {
  const { low = value.mean, high = value.mean } = spreadOf(value);
  return { low, high };
}
