import { dot, lineY, ruleY, type ScaleOptions } from '@observablehq/plot';
import type { EntropyHistograms } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { cumulative, pool } from '../data/histogram.js';
import { denseOf, exampleNoun, findEvaluation } from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import { svg } from '../markup/markup.js';
import { xAxis } from './axes.js';
import { composeFigure, type Panel, type RawPanel } from './compose.js';
import type { Figure } from './figure.js';
import type { LegendEntry } from './legend.js';
import type { Style, StyleOf } from './style.js';

const SCORES = [
  ['predictiveEntropy', 'predictive entropy (nats)'],
  ['mutualInformation', 'mutual information (nats)'],
] as const satisfies readonly (readonly [keyof EntropyHistograms, string])[];

/** How one data set is drawn. The set that was trained on is solid. */
const DASHES = ['none', '6 3', '2 3', '10 3 2 3'];

/**
 * How uncertain the dense network is on test images and on others: cumulative distributions of entropy and mutual
 * information, a row for each method.
 * @returns undefined if no trial kept them
 */
export function entropyFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const groups = setting.groups.filter((group) => setsOf(group).length > 0);
  if (groups.length === 0) return undefined;
  const noun = exampleNoun(groups);
  const sets = [...new Set(groups.flatMap((group) => setsOf(group)))];
  const limits = {
    predictiveEntropy: maxScore(groups, 'predictiveEntropy'),
    mutualInformation: maxScore(groups, 'mutualInformation'),
  };
  const rows = groups.map((group, g) =>
    SCORES.map(([score, label]): Panel | RawPanel => {
      const last = g === groups.length - 1;
      // A method that predicts with one set of weights has no mutual information.
      if (score === 'mutualInformation' && bestPrediction(group) === 'mean') return NOTHING;
      return panel({ group, style: styleOf(group), sets, score, label, last, limit: limits[score] });
    }),
  );
  return composeFigure({
    id: 'entropy',
    title: `Uncertainty on test ${noun}s and on others: ${settingTitle(setting)}`,
    description: `Cumulative distributions of entropy and mutual information on ${sets.join(', ')} for ${groups.map(({ name }) => name).join(', ')}. The further apart the curves, the better the method knows what it does not know.`,
    legend: sets.map((set, s): LegendEntry => ({
      name: set === 'test' ? `test ${noun}s (${setting.dataset})` : set,
      style: { color: 'currentColor', dash: DASHES[s % DASHES.length]!, symbol: 'circle' },
      as: 'dash',
    })),
    rows,
    caption: `Share of ${noun}s (%) that are at most so uncertain; dense networks, all seeds together, by averaged samples where a method has them. A curve that rises at once is certain of everything. The axis of mutual information is a square root; its curves begin where the first bin of the histogram ends.`,
  });
}

const WIDTH = 410;
const HEIGHT = 140;

const NOTHING: RawPanel = {
  width: WIDTH,
  height: HEIGHT,
  stretches: true,
  markup: svg`<text x="46" y="${HEIGHT / 2}" font-size="12" opacity="0.75">fixed weights: no mutual information</text>`,
};

interface PanelInput {
  readonly group: Group;
  readonly style: Style;
  readonly sets: readonly string[];
  readonly score: keyof EntropyHistograms;
  readonly label: string;
  /** Whether the axis below is drawn. */
  readonly last: boolean;
  readonly limit: number;
}

function panel({ group, style, sets, score, label, last, limit }: PanelInput): Panel {
  return {
    title: `${group.name}: ${label.replace(' (nats)', '')}`,
    options: {
      width: WIDTH,
      height: last ? HEIGHT + 32 : HEIGHT,
      marginLeft: 46,
      marginTop: 8,
      marginBottom: last ? 42 : 14,
      x: xAxis(last ? label : null, { domain: [0, limit], ...scaleOf(score) }),
      y: { domain: [0, 100], label: null, grid: true, ticks: 4 },
      marks: [
        ruleY([0], { strokeOpacity: 0.4 }),
        ...sets.flatMap((set, s) => {
          const histogram = pooled(group, set, score);
          if (!histogram) return [];
          const points = cumulative(histogram)
            // Leave out the first bin: its inside is unknown, and a square-root axis would draw a long straight line there.
            .filter(({ x }) => x <= limit + 1e-9 && (x > 0 || score !== 'mutualInformation'))
            .map(({ x, y }) => ({
              x,
              y: y * 100,
              title: `${group.name}, ${set}: ${(y * 100).toFixed(1)} % of the ${exampleNoun([group])}s at most ${x.toFixed(2)} nats`,
            }));
          const dash = DASHES[s % DASHES.length]!;
          return [
            lineY(points, {
              x: 'x',
              y: 'y',
              stroke: style.color,
              strokeWidth: 1.8,
              ...(dash === 'none' ? {} : { strokeDasharray: dash }),
            }),
            dot(points, { x: 'x', y: 'y', r: 4, fill: style.color, fillOpacity: 0, title: 'title' }),
          ];
        }),
      ],
    },
  };
}

/** Most images have far less mutual information than the few on which the members disagree. A square root shows both. */
function scaleOf(score: keyof EntropyHistograms): ScaleOptions {
  return score === 'mutualInformation' ? { type: 'sqrt' } : {};
}

function evaluationsOf(group: Group) {
  const predict = bestPrediction(group);
  return group.results
    .flatMap((result) => findEvaluation(result, denseOf(group), predict) ?? [])
    .flatMap(({ entropy }) => (entropy ? [entropy] : []));
}

function setsOf(group: Group): string[] {
  return [...new Set(evaluationsOf(group).flatMap((entropy) => Object.keys(entropy)))];
}

function pooled(group: Group, set: string, score: keyof EntropyHistograms) {
  return pool(evaluationsOf(group).flatMap((entropy) => entropy[set]?.[score] ?? []));
}

function maxScore(groups: readonly Group[], score: keyof EntropyHistograms): number {
  return Math.max(
    ...groups.flatMap((group) =>
      setsOf(group).map((set) => {
        const histogram = pooled(group, set, score);
        if (!histogram) return 0;
        const at = cumulative(histogram).find(({ y }) => y >= 0.999)?.x ?? histogram.high;
        return Math.min(histogram.high, at);
      }),
    ),
    0.05,
  );
}
