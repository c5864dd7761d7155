import type { TrialResult } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { estimateOver, exampleNoun, findEvaluation, mainPruner } from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import { formatShare } from '../tables/format.js';
import { INTERVALS, seedsOf, xAxis } from './axes.js';
import { composeFigure, type Panel } from './compose.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import { lineMarks, type LinePoint } from './lines.js';
import { threeShares } from './spread.js';
import type { StyleOf } from './style.js';

const TICKS = [0, 0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 75, 100];

/**
 * The error of networks that may refuse the images of which they are least certain: dense and pruned, by the
 * share of images that they answer (El-Yaniv & Wiener 2010).
 * @returns undefined if no trial kept it
 */
export function riskCoverageFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const noun = exampleNoun(setting.groups);
  const shares = threeShares(setting.groups);
  const curves = shares.map((share) => ({
    share,
    lines: setting.groups.map((group) => ({ style: styleOf(group), points: curvePoints(group, share) })),
  }));
  const all = curves.flatMap(({ lines }) => lines.flatMap(({ points }) => points));
  if (all.length === 0) return undefined;
  const most = Math.max(...all.map(({ mean, high = mean }) => high));
  const panels = curves.map(({ share, lines }): Panel => ({
    title: `${formatShare(share)} removed`,
    options: {
      width: 275,
      height: 272,
      marginLeft: 42,
      marginTop: 14,
      marginBottom: 42,
      x: xAxis(`${noun}s answered (%)`, { domain: [0, 100], ticks: 5 }),
      // A square root shows an error of 0.5 % and one of 50 % in the same figure, and also zero.
      y: {
        type: 'sqrt',
        domain: [0, most],
        label: null,
        grid: true,
        ticks: ticksUpTo(most),
        tickFormat: String,
      },
      marks: lines.flatMap(({ points, style }) => lineMarks(points, style, { markers: false })),
    },
  }));
  return composeFigure({
    id: 'risk-coverage',
    title: `Error by share of ${noun}s answered: ${settingTitle(setting)}`,
    description: `Error of ${setting.groups.map(({ name }) => name).join(', ')} on the ${noun}s of which each is most certain, from the most certain 5 % to all. A network that knows what it does not know makes few errors on the left.`,
    legend: methodLegend(setting.groups, styleOf, 'dash'),
    rows: [panels],
    caption: `Error (%) on the ${noun}s answered, those with the highest probability of a class first. ${INTERVALS} ${seedsOf(setting.groups)} By averaged samples where a method has them, else by its weights. The vertical axis is a square root.`,
  });
}

/** The ticks whose labels do not overlap. */
function ticksUpTo(most: number): number[] {
  const kept: number[] = [];
  for (const tick of TICKS) {
    const last = kept.at(-1);
    const apart = last === undefined || Math.sqrt(tick) - Math.sqrt(last) >= 0.07 * Math.sqrt(most);
    if (tick <= most && apart) kept.push(tick);
  }
  return kept;
}

/** The points in percent, from the smallest coverage to 100 %. */
function curvePoints(group: Group, share: number): LinePoint[] {
  const network = { pruner: mainPruner(group), share };
  const curveOf = (result: TrialResult) =>
    findEvaluation(result, network, bestPrediction(group))?.riskCoverage;
  const length = Math.max(0, ...group.results.map((result) => curveOf(result)?.length ?? 0));
  return Array.from({ length }, (_, i) => i).flatMap((i): LinePoint[] => {
    const found = estimateOver(group, (result) => {
      const risk = curveOf(result)?.[i];
      return risk === undefined ? undefined : risk * 100;
    });
    if (!found) return [];
    const { mean, low, high } = found;
    const x = ((i + 1) / length) * 100;
    return [
      {
        x,
        mean,
        ...(low === undefined ? {} : { low: Math.max(0, low), high: Math.min(100, high!) }),
        title: `${group.name}, ${formatShare(share)} removed: ${mean.toFixed(2)} % wrong of the ${x} % most certain ${exampleNoun([group])}s`,
      },
    ];
  });
}
