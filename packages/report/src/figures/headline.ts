import { dot, ruleY, type Markish } from '@observablehq/plot';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { isOfClasses, metricOf, type HeadlineMetric } from '../data/headline-metric.js';
import { estimateOver, headlineAt, mainPruner, sharesOf } from '../data/measure.js';
import { predictsNote } from '../data/predict.js';
import {
  publishedAccuracy,
  publishedRow,
  publishedTables,
  type PublishedQuery,
} from '../published/lookup.js';
import type { PublishedTable } from '../published/numbers.js';
import { formatEstimate, formatShare } from '../tables/format.js';
import { composeFigure } from './compose.js';
import type { Figure } from './figure.js';
import { methodLegend, type LegendEntry } from './legend.js';
import { lineMarks, spreadOf, type LinePoint } from './lines.js';
import type { Style, StyleOf } from './style.js';
import { chanceLevel, headlineAxis, INTERVALS, seedsOf, xAxis } from './axes.js';
import { capitalised } from '../answer/words.js';

/** Where the second view starts. */
const HIGH_SHARE = 0.9;

/** The headline (test accuracy, test RMSE) against the sparsity, from 0 to 100 %. */
export function headlineFigure(setting: Setting, styleOf: StyleOf): Figure {
  const metric = metricOf(setting.groups);
  const shares = sharesOf(setting.groups);
  return composeFigure({
    id: metric.key,
    title: `${capitalised(metric.name)} by sparsity: ${settingTitle(setting)}`,
    description: describe(setting, shares),
    legend: legend(setting, styleOf, shares),
    rows: [
      [
        {
          options: {
            width: 720,
            height: 380,
            marginLeft: 52,
            marginBottom: 42,
            x: xAxis('weights set to zero (%)', { domain: [0, 100] }),
            y: headlineAxis(setting.groups, shares),
            marks: [
              ruleY([0], { strokeOpacity: 0.4 }),
              ...chanceMarks(setting),
              ...lines(setting, styleOf, shares, (share) => share * 100),
              ...publishedMarks(setting, styleOf, shares, (share) => share * 100),
            ],
          },
        },
      ],
    ],
    caption: `${INTERVALS} ${seedsOf(setting.groups)} ${predictsNote(setting.groups, 'Each method is pruned by its own criterion and predicts')}${chanceNote(setting)}`,
  });
}

/**
 * The headline from 90 % on, by the share that is left, on a logarithmic axis.
 * @returns undefined with fewer than two shares that high
 */
export function highShareFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const shares = sharesOf(setting.groups).filter((share) => share >= HIGH_SHARE && share < 1);
  if (shares.length < 2) return undefined;
  const metric = metricOf(setting.groups);
  const left = (share: number): number => Number(((1 - share) * 100).toPrecision(6));
  return composeFigure({
    id: `${metric.key}-high`,
    title: `${capitalised(metric.name)} from 90 % removed on: ${settingTitle(setting)}`,
    description: describe(setting, shares),
    legend: legend(setting, styleOf, shares),
    rows: [
      [
        {
          options: {
            width: 720,
            height: 380,
            marginLeft: 52,
            marginBottom: 42,
            x: xAxis('weights set to zero (%), logarithmic in those left', {
              type: 'log',
              reverse: true,
              domain: [left(shares.at(-1)!), left(shares[0]!)],
              ticks: shares.map(left),
              tickFormat: (value: number) => formatShare(1 - value / 100).replace(' %', ''),
            }),
            y: headlineAxis(setting.groups, shares),
            marks: [
              ruleY([0], { strokeOpacity: 0.4 }),
              ...chanceMarks(setting),
              ...lines(setting, styleOf, shares, left),
              ...publishedMarks(setting, styleOf, shares, left),
            ],
          },
        },
      ],
    ],
    caption: `${INTERVALS} ${seedsOf(setting.groups)} ${predictsNote(setting.groups, 'Each method is pruned by its own criterion and predicts')}${chanceNote(setting)}`,
  });
}

/** A group's headline at each share, as points of a line. */
export function headlinePoints(
  group: Group,
  shares: readonly number[],
  pruner: string,
  x: (share: number) => number | string,
  { factor, format, unit }: HeadlineMetric = metricOf([group]),
): LinePoint[] {
  return shares.flatMap((share): LinePoint[] => {
    const value = estimateOver(group, headlineAt({ pruner, share }));
    if (!value) return [];
    return [
      {
        x: x(share),
        mean: value.mean * factor,
        ...spreadOf(value, factor),
        title: `${group.name}, ${formatShare(share)} removed by ${pruner}: ${formatEstimate(value, format)}${unit}`,
      },
    ];
  });
}

function lines(
  setting: Setting,
  styleOf: StyleOf,
  shares: readonly number[],
  x: (share: number) => number,
): Markish[] {
  const metric = metricOf(setting.groups);
  return setting.groups.flatMap((group) =>
    lineMarks(headlinePoints(group, shares, mainPruner(group), x, metric), styleOf(group)),
  );
}

const PUBLISHED_SYMBOL: Pick<Style, 'symbol' | 'dash'> = { symbol: 'times', dash: 'none' };

/** Published tables with at least two of the shares; their numbers are crosses in the colour of the method. */
function shownPublished(setting: Setting, shares: readonly number[]): PublishedTable[] {
  const queries = setting.groups.map((group) => queryOf(group, setting));
  return publishedTables(queries).filter((table) =>
    queries.some((query) => {
      const row = publishedRow(table, query);
      return shares.filter((share) => publishedAccuracy(row, share) !== undefined).length > 1;
    }),
  );
}

/** Published numbers are shown only if they are of the criterion that the lines show. */
function queryOf(group: Group, { dataset, hidden }: Setting): PublishedQuery {
  return { label: group.label, dataset, hidden, pruners: [mainPruner(group)] };
}

function publishedMarks(
  setting: Setting,
  styleOf: StyleOf,
  shares: readonly number[],
  x: (share: number) => number,
): Markish[] {
  const points = shownPublished(setting, shares).flatMap((table) =>
    setting.groups.flatMap((group) =>
      shares.flatMap((share) => {
        const value = publishedAccuracy(publishedRow(table, queryOf(group, setting)), share);
        if (value === undefined) return [];
        const title = `${group.label}, ${formatShare(share)} removed: ${(value * 100).toFixed(2)} %, published (${table.source})`;
        return [{ x: x(share), y: value * 100, title, color: styleOf(group).color }];
      }),
    ),
  );
  return [
    dot(points, {
      x: 'x',
      y: 'y',
      stroke: (d: { color: string }) => d.color,
      symbol: PUBLISHED_SYMBOL.symbol,
      r: 4,
      strokeWidth: 1.8,
      title: 'title',
    }),
  ];
}

function legend(setting: Setting, styleOf: StyleOf, shares: readonly number[]): LegendEntry[] {
  const published = shownPublished(setting, shares).length > 0;
  return [
    ...methodLegend(setting.groups, styleOf),
    ...(published
      ? [{ name: 'published', style: { ...PUBLISHED_SYMBOL, color: 'currentColor' }, as: 'dot' as const }]
      : []),
  ];
}

function describe(setting: Setting, shares: readonly number[]): string {
  const { name, format, unit } = metricOf(setting.groups);
  const last = shares.at(-1) ?? 0;
  const each = setting.groups.map((group) => {
    const at = (share: number): string => {
      const value = estimateOver(group, headlineAt({ pruner: mainPruner(group), share }));
      return value
        ? `${formatEstimate(value, format, '')}${unit} at ${formatShare(share)}`
        : `nothing at ${formatShare(share)}`;
    };
    return `${group.name}: ${[shares[0] ?? 0, last].map(at).join(', ')}`;
  });
  return `Lines of ${name} by sparsity, one for each method. ${each.join('; ')}.`;
}

/** A line at the chance level. Accuracy needs none, because its axis is always 0 to 100 %. */
function chanceMarks({ groups }: Setting): Markish[] {
  const chance = isOfClasses(groups) ? undefined : chanceLevel(groups);
  return chance === undefined ? [] : [ruleY([chance], { strokeOpacity: 0.6, strokeDasharray: '2 4' })];
}

function chanceNote({ groups }: Setting): string {
  return isOfClasses(groups)
    ? ''
    : ` Dotted: ${metricOf(groups).chanceName}. What lies far above it is drawn at the edge.`;
}
