import { areaY, dot, lineY, ruleX } from '@observablehq/plot';
import { settingTitle, type Setting } from '../data/groups.js';
import { decimalsFor } from '../data/headline-metric.js';
import { xAxis } from './axes.js';
import { composeFigure, type Panel } from './compose.js';
import { inRows } from './criteria.js';
import type { Figure } from './figure.js';
import { extentOf, predictedOf, seedsText, targetLabel, type Predicted } from './predictions.js';
import type { StyleOf } from './style.js';

/**
 * The curve that a regression of one input learned (Figure 5 of the paper): median and quartiles over the input, and the test examples;
 * a panel for each method.
 * @returns undefined where inputs have more than one number, or no trial kept single predictions
 */
export function curveFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const shown = predictedOf(setting).filter(({ examples }) =>
    examples.every(({ input }) => input !== undefined),
  );
  if (shown.length === 0) return undefined;
  const label = targetLabel(setting.groups[0]!.results[0]!);
  const columns = shown.length === 1 ? 1 : 2;
  const { inputs } = setting;
  const look = { label, columns, inputs, domain: domainOf(shown) };
  const panels = shown.map((one): Panel => panel(one, styleOf(one.group).color, look));
  const within = inputs ? ' Dashed: the smallest and the largest input of the training set.' : '';
  return composeFigure({
    id: 'curve',
    title: `Prediction over the input: ${settingTitle(setting)}`,
    description: `Median and quartiles of what ${shown.map(({ group }) => group.name).join(', ')} predict over the input, with the test examples. The band should widen where there were no training examples.`,
    rows: inRows(panels, columns),
    caption: `Line: median; band: from the first to the third quartile of the prediction; dots: test examples; predictions far beyond all of these are drawn at the edge.${within} Dense networks, ${seedsText(shown)}, by sampled weights where a method has them, else by its mean weights.`,
  });
}

interface Look {
  readonly label: string;
  readonly columns: number;
  readonly inputs: Setting['inputs'];
  /** Domain of the vertical axis. */
  readonly domain: [number, number];
}

function panel(
  { group, examples }: Predicted,
  color: string,
  { label, columns, inputs, domain }: Look,
): Panel {
  const points = examples
    .map(({ input, target, quartiles: [low, median, high] }) => ({
      input: input!,
      target,
      low,
      median,
      high,
    }))
    .toSorted((a, b) => a.input - b.input);
  const digits = decimalsFor(Math.max(...points.map(({ median }) => Math.abs(median))));
  const titled = points.map((point) => ({
    ...point,
    title: `${group.name}, input ${Number(point.input.toPrecision(4))}: median ${point.median.toFixed(digits)}, quartiles ${point.low.toFixed(digits)} to ${point.high.toFixed(digits)}, true ${point.target.toFixed(digits)}`,
  }));
  return {
    title: group.name,
    options: {
      width: columns === 1 ? 720 : 410,
      height: columns === 1 ? 360 : 300,
      marginLeft: 60,
      marginTop: 28,
      marginBottom: 42,
      x: xAxis('input', { ticks: 6 }),
      y: { label, labelArrow: 'none', domain, clamp: true, grid: true, ticks: 6 },
      marks: [
        ruleX(inputs ?? [], { strokeOpacity: 0.5, strokeDasharray: '4 4' }),
        areaY(points, { x: 'input', y1: 'low', y2: 'high', fill: color, fillOpacity: 0.25 }),
        lineY(points, { x: 'input', y: 'median', stroke: color, strokeWidth: 1.8 }),
        dot(titled, {
          x: 'input',
          y: 'target',
          r: 2,
          fill: 'currentColor',
          fillOpacity: 0.55,
          title: 'title',
        }),
      ],
    },
  };
}

/** Space around the targets, as a fraction of their range. Curves are cut off there, so that one outlier does not flatten the others. */
const ROOM = 0.6;

/** The same domain for all panels: all predictions, but not far beyond the targets. */
function domainOf(shown: readonly Predicted[]): [number, number] {
  const all = shown.flatMap(({ examples }) => examples);
  const targets = extentOf(all.map(({ target }) => target));
  const predicted = extentOf(all.flatMap(({ quartiles }) => [...quartiles]));
  const room = ROOM * (targets[1] - targets[0] || Math.abs(targets[0]) || 1);
  const low = Math.max(targets[0] - room, Math.min(targets[0], predicted[0]));
  const high = Math.min(targets[1] + room, Math.max(targets[1], predicted[1]));
  return high > low ? [low, high] : [low - room, high + room];
}
