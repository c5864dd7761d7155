import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf, named, type HeadlineMetric } from '../data/headline-metric.js';
import { errorAt, estimateOver, findPruning, prunersOf, sharesOf } from '../data/measure.js';
import { formatNumber, formatShare } from '../tables/format.js';
import { INTERVALS, percentAxis, seedsOf, xAxis } from './axes.js';
import { composeFigure } from './compose.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import { lineMarks, spreadOf, type LinePoint } from './lines.js';
import { logTicks } from './log-ticks.js';
import type { StyleOf } from './style.js';

/** Larger errors than this multiple of the best one are left out: they would flatten all other lines. */
const WORST = 6;

/**
 * The error against the gzipped bytes of every network, a line for each method and criterion. The best networks are at the bottom left.
 * @returns undefined for results of earlier versions
 */
export function paretoFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const { groups } = setting;
  const metric = metricOf(groups);
  const lines = groups.flatMap((group) =>
    prunersOf(group).map((pruner) => ({ group, pruner, points: pointsOf(group, pruner, metric) })),
  );
  const all = lines.flatMap(({ points }) => points);
  if (all.length < 2) return undefined;
  const bytes = all.map(({ x }) => x as number);
  const best = Math.min(...all.map(({ mean }) => mean));
  const worst = Math.max(...all.map(({ mean }) => mean));
  const top = Math.min(worst, WORST * best || worst) * 1.05 || 1;
  return composeFigure({
    id: 'pareto',
    title: `Error against size: ${settingTitle(setting)}`,
    description: `Test ${metric.error.name} of every network against what its weights take when they are stored sparse and gzipped: ${lines
      .map(
        ({ group, pruner, points }) =>
          `${group.name} by ${pruner}: ${points.map(({ title }) => title).join(', ')}`,
      )
      .join('; ')}.`,
    legend: methodLegend(groups, styleOf),
    rows: [
      [
        {
          options: {
            width: 720,
            height: 380,
            marginLeft: 52,
            marginBottom: 42,
            x: xAxis('bytes, sparse and gzipped, logarithmic', {
              type: 'log',
              ticks: logTicks(Math.min(...bytes), Math.max(...bytes)),
              tickFormat: short,
            }),
            y: percentAxis(named(`test ${metric.error.name}`, metric.unit), [0, top]),
            marks: lines.flatMap(({ group, pruner, points }) => {
              const style = styleOf(group);
              const first = pruner === prunersOf(group)[0];
              return lineMarks(
                points.filter(({ mean }) => mean <= top),
                first ? style : { ...style, dash: '2 3' },
              );
            }),
          },
        },
      ],
    ],
    caption: `${INTERVALS} ${seedsOf(groups)}${groups.some((group) => prunersOf(group).length > 1) ? ' Dotted: other criteria than the first of a method.' : ''} Networks with more than ${WORST} times the best error are left out.`,
  });
}

/** Short numbers of bytes: 30k, 1M. Full numbers would overlap on a phone. */
function short(bytes: number): string {
  if (bytes >= 1e6) return `${Number((bytes / 1e6).toPrecision(3))}M`;
  return bytes >= 1e3 ? `${Number((bytes / 1e3).toPrecision(3))}k` : String(bytes);
}

/** The points of one method and criterion, smallest network first. */
function pointsOf(group: Group, pruner: string, metric: HeadlineMetric): LinePoint[] {
  return sharesOf([group])
    .flatMap((share): LinePoint[] => {
      const network = { pruner, share };
      const size = estimateOver(group, (result) => findPruning(result, network)?.bytes?.gzip);
      const error = errorAt(group, network, metric);
      if (!size || !error) return [];
      const shown = (value: number): number => value * metric.factor;
      return [
        {
          x: size.mean,
          mean: shown(error.mean),
          ...spreadOf(error, metric.factor, [0, metric.factor === 100 ? 100 : Infinity]),
          title: `${group.name}, ${pruner}, ${formatShare(share)}: ${formatNumber(error.mean, metric.format)}${metric.unit} in ${formatNumber(size.mean, 'count')} bytes`,
        },
      ];
    })
    .toSorted((a, b) => (a.x as number) - (b.x as number));
}
