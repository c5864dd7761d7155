import { dot, ruleX, ruleY } from '@observablehq/plot';
import { settingTitle, type Setting } from '../data/groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { denseOf, headlineAt } from '../data/measure.js';
import { formatNumber } from '../tables/format.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import { composeFigure } from './compose.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import { spreadOf } from './lines.js';
import { logTicks } from './log-ticks.js';
import type { StyleOf } from './style.js';
import { seedsOf, xAxis } from './axes.js';

/** Test error (1 - accuracy, RMSE) against training time: small markers are seeds, large ones means with the intervals of both. */
export function costFigure(setting: Setting, styleOf: StyleOf): Figure {
  const metric = metricOf(setting.groups);
  const shown = metric.error.name;
  const most = metric.factor === 100 ? 100 : Infinity;
  const text = (error: number): string =>
    `${formatNumber(error / metric.factor, metric.format)}${metric.unit}`;
  const all = setting.groups.map((group) => {
    const headline = headlineAt(denseOf(group));
    const points = group.results.flatMap((result) => {
      const value = headline(result);
      if (value === undefined) return [];
      const seconds = result.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
      const error = metric.error.of(value) * metric.factor;
      const title = `${group.name}, seed ${result.trial.seed}: ${text(error)} ${shown} after ${seconds.toFixed(1)} s`;
      return [{ seconds, error, title }];
    });
    const time = estimate(points.map(({ seconds }) => seconds));
    const error = estimate(points.map((point) => point.error));
    return { group, style: styleOf(group), points, mean: time && error ? [{ time, error }] : [] };
  });
  const times = all.flatMap(({ points, mean }) => [
    ...points.map(({ seconds }) => seconds),
    ...mean.flatMap(({ time }) => [earliest(time), drawn(time).high]),
  ]);
  return composeFigure({
    id: 'cost',
    title: `Test ${shown} against training time: ${settingTitle(setting)}`,
    description: `Each method by the mean of its training time and dense test ${shown}: ${all
      .flatMap(({ group, mean }) =>
        mean.map(({ time, error }) => `${group.name} ${time.mean.toFixed(1)} s, ${text(error.mean)}`),
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
            y: { label: named(`test ${shown}`, metric.unit), labelArrow: 'none', grid: true },
            marks: all.flatMap(({ group, style, points, mean }) => [
              dot(points, {
                x: 'seconds',
                y: 'error',
                r: 2.2,
                fill: style.color,
                fillOpacity: 0.55,
                title: 'title',
              }),
              ruleX(mean, {
                x: (d: (typeof mean)[number]) => d.time.mean,
                y1: (d: (typeof mean)[number]) => Math.max(0, drawn(d.error).low),
                y2: (d: (typeof mean)[number]) => Math.min(most, drawn(d.error).high),
                stroke: style.color,
              }),
              ruleY(mean, {
                y: (d: (typeof mean)[number]) => d.error.mean,
                x1: (d: (typeof mean)[number]) => earliest(d.time),
                x2: (d: (typeof mean)[number]) => drawn(d.time).high,
                stroke: style.color,
              }),
              dot(mean, {
                x: (d: (typeof mean)[number]) => d.time.mean,
                y: (d: (typeof mean)[number]) => d.error.mean,
                r: 6,
                symbol: style.symbol,
                fill: style.color,
                title: (d: (typeof mean)[number]) =>
                  `${group.name}: ${text(d.error.mean)} ${shown}, ${d.time.mean.toFixed(1)} s (means)`,
              }),
            ]),
          },
        },
      ],
    ],
    caption: `Large: means over seeds with 95 % confidence intervals; small: single seeds. ${seedsOf(setting.groups)} Time is that of training, logarithmic.`,
  });
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
