import { areaY, lineY, ruleY, type ScaleOptions } from '@observablehq/plot';
import type { Histogram, WeightReport } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { density, massWithin, pool } from '../data/histogram.js';
import { hasSigma } from '../data/measure.js';
import { xAxis } from './axes.js';
import { composeFigure, type Panel } from './compose.js';
import type { Figure } from './figure.js';
import type { Style, StyleOf } from './style.js';

/** Half-widths of the common axis: the smallest that shows 99 % of every method's weights. */
const LIMITS = [0.1, 0.2, 0.3, 0.4, 0.5];

interface Distributions {
  readonly group: Group;
  readonly initial: Histogram | undefined;
  /** The weights themselves: one draw of a posterior, or the point values. */
  readonly final: Histogram | undefined;
  /** Posterior means, if they differ from the weights. */
  readonly mean: Histogram | undefined;
}

/** Properties that all panels share. */
interface Axes {
  /** Half of the horizontal axis. */
  readonly limit: number;
  /** Whether the vertical axes are square roots. */
  readonly rooted: boolean;
}

/** Distribution of all weights and biases of each method, one below the other on the same horizontal axis. */
export function weightsFigure(setting: Setting, styleOf: StyleOf): Figure {
  const all = setting.groups.map(distributions);
  const limit =
    LIMITS.find((candidate) => all.every(({ final }) => !final || massWithin(final, candidate) >= 0.99)) ??
    0.5;
  const tops = all.map((distribution) => topOf(distribution, limit));
  const rooted = Math.max(...tops) > PEAKED * Math.min(...tops);
  return composeFigure({
    id: 'weights',
    title: `Distribution of weights: ${settingTitle(setting)}`,
    description: `Density of all weights and biases before and after training, one panel for each of ${setting.groups
      .map(({ name }) => name)
      .join(', ')}, on the same horizontal axis.`,
    legend: [
      legendLine('after training', 'none'),
      ...(all.some(({ mean }) => mean) ? [legendLine('posterior means after training', MEAN_DASH)] : []),
      legendLine('before training', INITIAL_DASH),
    ],
    rows: all.map((distribution, i) => [
      panel(distribution, styleOf(distribution.group), { limit, rooted }, i === all.length - 1),
    ]),
    caption:
      `Density (share of weights per unit of weight), all seeds together; each panel has its own vertical scale.${rooted ? ' It is a square root, which shows narrow peaks and wide tails alike.' : ''} Where weights have a posterior, the filled curve is one sample of it. ` +
      'Weights outside the axis are not drawn. Part of the width is left over from the initial distribution.',
  });
}

const MEAN_DASH = '2 3';
const INITIAL_DASH = '6 3';

function legendLine(name: string, dash: string) {
  return { name, style: { color: 'currentColor', dash, symbol: 'circle' }, as: 'dash' } as const;
}

/** The distributions of one method. @param last whether it is the lowest panel, which has the labels of the axis */
function panel(distribution: Distributions, style: Style, { limit, rooted }: Axes, last: boolean): Panel {
  const { group, initial, final, mean } = distribution;
  const curve = (histogram: Histogram | undefined) => points(histogram, limit);
  // Each panel has its own scale: with a common one, a narrow distribution would flatten the wide ones.
  const top = topOf(distribution, limit);
  const onAxes = { x: 'x', y: 'y' } as const;
  const own = { ...onAxes, stroke: style.color };
  return {
    title: group.name,
    options: {
      width: 720,
      height: last ? 142 : 110,
      marginLeft: 52,
      marginTop: 6,
      marginBottom: last ? 42 : 12,
      x: xAxis(last ? 'weight' : null, { domain: [-limit, limit] }),
      y: { domain: [0, top || 1], label: null, grid: true, ...(rooted ? rootAxis(top) : { ticks: 4 }) },
      marks: [
        ruleY([0], { strokeOpacity: 0.4 }),
        areaY(curve(final), { ...onAxes, fill: style.color, fillOpacity: 0.3, curve: 'step' }),
        lineY(curve(final), { ...own, strokeWidth: 1.6, curve: 'step' }),
        lineY(curve(mean), { ...own, strokeDasharray: MEAN_DASH, curve: 'step' }),
        lineY(curve(initial), {
          ...onAxes,
          stroke: 'currentColor',
          strokeOpacity: 0.6,
          strokeDasharray: INITIAL_DASH,
        }),
      ],
    },
  };
}

/** The density of a histogram within the axis. */
function points(histogram: Histogram | undefined, limit: number): ReturnType<typeof density> {
  return histogram ? density(histogram).filter(({ x }) => Math.abs(x) <= limit) : [];
}

/** The highest density of one method within the axis. */
function topOf({ initial, final, mean }: Distributions, limit: number): number {
  return Math.max(0, ...[initial, final, mean].flatMap((one) => points(one, limit).map(({ y }) => y)));
}

/** If the highest peak is this many times as high as the lowest, the axis is a square root: a linear one would show only the peak. */
const PEAKED = 4;

/** A square root, with ticks that stay apart on it. */
function rootAxis(top: number): ScaleOptions {
  return {
    type: 'sqrt',
    ticks: ROOT_TICKS.filter((tick) => tick <= top && (tick === 0 || tick >= top / 12)),
  };
}

const ROOT_TICKS = [0, 1, 5, 20, 50, 100, 200];

function distributions(group: Group): Distributions {
  const of = (when: WeightReport['when'], draw: WeightReport['draw']) =>
    pool(
      group.results.flatMap(({ weights }) =>
        weights
          .filter((report) => report.when === when && report.draw === draw)
          .map(({ histogram }) => histogram),
      ),
    );
  const mean = of('final', 'mean');
  // A sample of dropout is the weights with some set to zero. Only a posterior with a sigma has sampled values that differ from its means.
  if (!hasSigma(group) && mean)
    return { group, initial: of('initial', 'mean'), final: mean, mean: undefined };
  return { group, initial: of('initial', 'sample'), final: of('final', 'sample'), mean };
}
