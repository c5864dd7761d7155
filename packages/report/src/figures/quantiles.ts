import { line } from '@observablehq/plot';
import type { TrialResult } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { estimateOver, findEvaluation, mainPruner } from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import { formatShare } from '../tables/format.js';
import { INTERVALS, seedsOf, xAxis } from './axes.js';
import { composeFigure, type Panel } from './compose.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import { lineMarks, spreadOf, type LinePoint } from './lines.js';
import { threeShares } from './spread.js';
import type { StyleOf } from './style.js';

/**
 * Calibration of a regression, dense and pruned: how many test targets lie below each predicted quantile (Kuleshov et al. 2018).
 * @returns undefined if no trial kept it
 */
export function quantilesFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const { groups } = setting;
  const curves = threeShares(groups).map((share) => ({
    share,
    lines: groups.map((group) => ({ style: styleOf(group), points: curvePoints(group, share) })),
  }));
  if (curves.every(({ lines }) => lines.every(({ points }) => points.length === 0))) return undefined;
  const panels = curves.map(({ share, lines }): Panel => ({
    title: `${formatShare(share)} removed`,
    options: {
      width: 275,
      height: 272,
      marginLeft: 42,
      marginTop: 26,
      marginBottom: 42,
      x: xAxis('level of the predicted quantile (%)', { domain: [0, 100], ticks: 5 }),
      y: { domain: [0, 100], label: 'targets below it (%)', labelArrow: 'none', grid: true, ticks: 5 },
      marks: [
        line(DIAGONAL, { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '4 4' }),
        ...lines.flatMap(({ points, style }) => lineMarks(points, style, { markers: false })),
      ],
    },
  }));
  return composeFigure({
    id: 'quantiles',
    title: `Calibration of predicted quantiles: ${settingTitle(setting)}`,
    description: `Share of the test targets below each predicted quantile, for ${groups.map(({ name }) => name).join(', ')}; a calibrated network lies on the diagonal.`,
    legend: methodLegend(groups, styleOf, 'dash'),
    rows: [panels],
    caption: `A curve that is flatter than the diagonal in the middle: predictions are too certain; steeper: not certain enough. ${INTERVALS} ${seedsOf(groups)} By sampled weights where a method has them, else by its mean weights.`,
  });
}

const DIAGONAL: [number, number][] = [
  [0, 0],
  [100, 100],
];

/** The points in percent, by ascending level. */
function curvePoints(group: Group, share: number): LinePoint[] {
  const network = { pruner: mainPruner(group), share };
  const curveOf = (result: TrialResult) =>
    findEvaluation(result, network, bestPrediction(group))?.calibration ?? [];
  const levels = new Set(group.results.flatMap((result) => curveOf(result).map(([level]) => level)));
  return [...levels]
    .toSorted((a, b) => a - b)
    .flatMap((level): LinePoint[] => {
      const found = estimateOver(group, (result) => {
        const below = curveOf(result).find(([own]) => own === level)?.[1];
        return below === undefined ? undefined : below * 100;
      });
      if (!found) return [];
      const { mean } = found;
      return [
        {
          x: level * 100,
          mean,
          ...spreadOf(found, 1, [0, 100]),
          title: `${group.name}, ${formatShare(share)} removed: ${mean.toFixed(1)} % of the targets below the ${Number((level * 100).toFixed(4))} % quantile`,
        },
      ];
    });
}
