import { dot, line, ruleX } from '@observablehq/plot';
import { settingTitle, type Setting } from '../data/groups.js';
import { decimalsFor } from '../data/headline-metric.js';
import { xAxis } from './axes.js';
import { composeFigure, type Panel } from './compose.js';
import { inRows } from './criteria.js';
import type { Figure } from './figure.js';
import { extentOf, predictedOf, seedsText, targetLabel, type Predicted } from './predictions.js';
import type { StyleOf } from './style.js';

/**
 * Predictions of dense networks against the true targets, with the predicted quartiles, a panel for each method.
 * @returns undefined if no trial kept single predictions
 */
export function predictedFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const shown = predictedOf(setting);
  if (shown.length === 0) return undefined;
  const domain = extent(shown);
  const label = targetLabel(setting.groups[0]!.results[0]!);
  const columns = shown.length === 1 ? 1 : 2;
  const panels = shown.map((one): Panel => panel(one, styleOf(one.group).color, domain, label, columns));
  return composeFigure({
    id: 'predicted',
    title: `Predicted against true targets: ${settingTitle(setting)}`,
    description: `Mean prediction of test examples against their true target, for ${shown.map(({ group }) => group.name).join(', ')}; a perfect network lies on the diagonal.`,
    rows: inRows(panels, columns),
    caption: `Dense networks, ${seedsText(shown)}; ${Math.max(...shown.map(({ examples }) => examples.length))} test examples. Dots: mean prediction; bars: from the first to the third quartile predicted, which half of the targets should lie within.`,
  });
}

function panel(
  { group, examples }: Predicted,
  color: string,
  domain: readonly [number, number],
  label: string,
  columns: number,
): Panel {
  const digits = decimalsFor(domain[1] - domain[0]);
  const points = examples.map(({ index, target, mean, epistemic, aleatoric, quartiles: [low, , high] }) => ({
    target,
    mean,
    low,
    high,
    title: `${group.name}, test example ${index}: true ${target.toFixed(digits)}, predicted ${mean.toFixed(digits)} (epistemic sd ${epistemic.toFixed(digits)}, aleatoric sd ${aleatoric.toFixed(digits)})`,
  }));
  return {
    title: group.name,
    options: {
      width: columns === 1 ? 560 : 410,
      height: columns === 1 ? 430 : 340,
      marginLeft: 60,
      marginTop: 28,
      marginBottom: 42,
      x: xAxis(`true ${label}`, { domain: [...domain], ticks: 6 }),
      y: { domain: [...domain], label: `predicted ${label}`, labelArrow: 'none', grid: true, ticks: 6 },
      marks: [
        line(
          [domain[0], domain[1]].map((at) => [at, at] as [number, number]),
          {
            stroke: 'currentColor',
            strokeOpacity: 0.5,
            strokeDasharray: '4 4',
          },
        ),
        ruleX(points, { x: 'target', y1: 'low', y2: 'high', stroke: color, strokeOpacity: 0.35 }),
        dot(points, { x: 'target', y: 'mean', r: 2.6, fill: color, fillOpacity: 0.7, title: 'title' }),
      ],
    },
  };
}

/** The range from the smallest to the largest number of all panels, so that all have the same axes. */
function extent(shown: readonly Predicted[]): [number, number] {
  const values = shown.flatMap(({ examples }) =>
    examples.flatMap(({ target, mean, quartiles }) => [target, mean, quartiles[0], quartiles[2]]),
  );
  const [low, high] = extentOf(values);
  const room = (high - low || Math.abs(high) || 1) * 0.03;
  return [low - room, high + room];
}
