import { dot, line, lineY } from '@observablehq/plot';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { exampleNoun, findEvaluation, mainPruner, type Predict } from '../data/measure.js';
import { formatShare } from '../tables/format.js';
import { composeFigure, type Panel } from './compose.js';
import { inRows } from './criteria.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import { threeShares } from './spread.js';
import type { StyleOf } from './style.js';
import { seedsOf, xAxis } from './axes.js';

/** Bins with a smaller share of the predictions than this are not drawn: their accuracy is mostly noise. */
const ENOUGH = 0.002;

/**
 * Accuracy against confidence, dense and pruned, by mean weights and (where there are any) by samples.
 * @returns undefined if no trial has any
 */
export function reliabilityFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const ways: Predict[] = (['mean', 'samples'] as const).filter((predict) =>
    setting.groups.some(({ results }) =>
      results.some(({ pruning }) =>
        pruning.some(({ evaluations }) => evaluations.some((e) => e.predict === predict && e.reliability)),
      ),
    ),
  );
  if (ways.length === 0) return undefined;
  const shares = threeShares(setting.groups);
  const panels = ways.flatMap((predict) => shares.map((share) => panel(setting, styleOf, share, predict)));
  return composeFigure({
    id: 'reliability',
    title: `Reliability: ${settingTitle(setting)}`,
    description: `Accuracy against confidence for ${setting.groups.map(({ name }) => name).join(', ')}; a calibrated network lies on the diagonal.`,
    legend: methodLegend(setting.groups, styleOf),
    rows: inRows(panels, shares.length),
    caption: `15 bins of equal width, all seeds together; bins with less than ${ENOUGH * 100} % of the ${exampleNoun(setting.groups)}s are left out. Below the diagonal: over-confident. ${seedsOf(setting.groups)}`,
  });
}

function panel(setting: Setting, styleOf: StyleOf, share: number, predict: Predict): Panel {
  return {
    title: `${formatShare(share)} removed, by ${predict === 'mean' ? 'mean weights' : 'samples'}`,
    options: {
      width: 275,
      height: 272,
      marginLeft: 42,
      marginTop: 26,
      marginBottom: 42,
      x: xAxis('confidence (%)', { domain: [0, 100], ticks: 5 }),
      y: { domain: [0, 100], label: 'accuracy (%)', labelArrow: 'none', grid: true, ticks: 5 },
      marks: [
        line(
          [
            [0, 0],
            [100, 100],
          ],
          { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '4 4' },
        ),
        ...setting.groups.flatMap((group) => {
          const style = styleOf(group);
          const bins = pooledBins(group, share, predict);
          return [
            lineY(bins, {
              x: 'confidence',
              y: 'accuracy',
              stroke: style.color,
              ...(style.dash === 'none' ? {} : { strokeDasharray: style.dash }),
            }),
            dot(bins, {
              x: 'confidence',
              y: 'accuracy',
              r: 2.8,
              fill: style.color,
              symbol: style.symbol,
              title: 'title',
            }),
          ];
        }),
      ],
    },
  };
}

/** Bins of all seeds together, in percent. */
function pooledBins(group: Group, share: number, predict: Predict) {
  const network = { pruner: mainPruner(group), share };
  const reliabilities = group.results.flatMap((result) => {
    const evaluation = findEvaluation(result, network, predict);
    return evaluation?.reliability ? [evaluation.reliability] : [];
  });
  const all = reliabilities.flat().reduce((sum, [count]) => sum + count, 0);
  return (reliabilities[0] ?? []).flatMap((_, i) => {
    const bins = reliabilities.map((reliability) => reliability[i]!);
    const count = bins.reduce((sum, [n]) => sum + n, 0);
    if (count === 0 || count < ENOUGH * all) return [];
    const confidence = (bins.reduce((sum, [n, c]) => sum + n * c, 0) / count) * 100;
    const accuracy = (bins.reduce((sum, [n, , a]) => sum + n * a, 0) / count) * 100;
    const title = `${group.name}: ${confidence.toFixed(1)} % confident, ${accuracy.toFixed(1)} % right (${count} ${exampleNoun([group])}s)`;
    return [{ confidence, accuracy, title }];
  });
}
