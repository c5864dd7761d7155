import { ruleY, type ScaleOptions } from '@observablehq/plot';
import type { Evaluation } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { isOfClasses } from '../data/headline-metric.js';
import {
  estimateOver,
  exampleNoun,
  findEvaluation,
  mainPruner,
  sharesOf,
  type Predict,
} from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import { formatShare } from '../tables/format.js';
import { oodScoresOf } from '../tables/ood.js';
import { composeFigure, type Panel } from './compose.js';
import { inRows } from './criteria.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import { lineMarks, spreadOf, type LinePoint } from './lines.js';
import type { StyleOf } from './style.js';
import { INTERVALS, seedsOf, shareAxis, shareLabel } from './axes.js';

export interface Quantity {
  readonly title: string;
  /** The value, in the unit that is shown. */
  readonly value: (evaluation: Evaluation) => number | undefined;
  readonly digits: number;
  /** The value of a calibrated network, if that is one number. */
  readonly nominal?: number;
  /** Bounds for all values and their intervals in the figure. Default: none. */
  readonly within?: readonly [number, number];
  /** `upper`: the axis ends at the upper bound, which is the best possible value. Default: the axis ends where the values end. */
  readonly best?: 'upper';
  /** Whether only methods that sample have this quantity, e.g. mutual information. Default false. */
  readonly needsDraws?: boolean;
  /** Scale of the vertical axis; default linear. */
  readonly scale?: 'symlog';
}

/**
 * Calibration of classifiers before and after pruning: NLL and ECE against the sparsity.
 * @returns undefined for networks that are not classifiers
 */
export function calibrationFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  if (!isOfClasses(setting.groups)) return undefined;
  const noun = exampleNoun(setting.groups);
  const quantities: Quantity[] = [
    {
      title: `NLL (nats per ${noun})`,
      value: ({ metrics }) => metrics.nll,
      digits: 4,
      within: [0, Infinity],
    },
    {
      title: 'expected calibration error (%)',
      value: ({ metrics }) => (metrics.ece === undefined ? undefined : metrics.ece * 100),
      digits: 2,
      within: PERCENT,
    },
  ];
  return byShare(
    setting,
    styleOf,
    'calibration',
    `Calibration by sparsity: ${settingTitle(setting)}`,
    quantities,
  );
}

/**
 * Out-of-distribution detection before and after pruning, a panel for each other data set.
 * @returns undefined if no trial measured it
 */
export function oodFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const sets = [
    ...new Set(
      setting.groups.flatMap(({ results }) =>
        results.flatMap(({ pruning }) =>
          pruning.flatMap(({ evaluations }) => evaluations.flatMap(({ ood }) => Object.keys(ood ?? {}))),
        ),
      ),
    ),
  ];
  if (sets.length === 0) return undefined;
  const all = oodScoresOf(setting.groups);
  const scores = isOfClasses(setting.groups) ? all.slice(1, 3) : all.slice(-2);
  const quantities = sets.flatMap((set) =>
    scores.map(({ key, name }): Quantity => ({
      title: `AUROC against ${set}, by ${name} (%)`,
      value: ({ ood }) => percent(ood?.[set]?.[key]?.auroc),
      digits: 2,
      within: PERCENT,
      best: 'upper',
      ...(key === 'mutualInformation' ? { needsDraws: true } : {}),
    })),
  );
  return byShare(
    setting,
    styleOf,
    'ood',
    `Telling test ${exampleNoun(setting.groups)}s from others, by sparsity: ${settingTitle(setting)}`,
    quantities,
  );
}

/** Quantities against the sparsity, a panel each, a line for each method. */
export function byShare(
  setting: Setting,
  styleOf: StyleOf,
  id: string,
  title: string,
  quantities: readonly Quantity[],
  note = '',
): Figure {
  const shares = sharesOf(setting.groups);
  const columns = quantities.length === 3 ? 3 : 2;
  const panels = quantities.map((quantity) =>
    panelOf(setting, styleOf, shares, quantity, columns === 3 ? 300 : 410),
  );
  return composeFigure({
    id,
    title,
    description: `${quantities.map((quantity) => quantity.title).join(' and ')} of ${setting.groups.map(({ name }) => name).join(', ')}.`,
    legend: methodLegend(setting.groups, styleOf),
    rows: inRows(panels, columns),
    caption: `${INTERVALS} ${seedsOf(setting.groups)} By averaged samples where a method has them, else by its weights. Sparsities are evenly spaced, not to scale.${note ? ` ${note}` : ''}`,
  });
}

function panelOf(
  setting: Setting,
  styleOf: StyleOf,
  shares: readonly number[],
  quantity: Quantity,
  width: number,
): Panel {
  const lines = setting.groups
    .filter((group) => has(group, quantity))
    .map((group) => ({ group, drawn: points(group, shares, bestPrediction(group), quantity) }));
  return {
    title: quantity.title,
    options: {
      width,
      height: 270,
      marginLeft: 46,
      marginTop: 12,
      marginBottom: 42,
      x: shareAxis(shares),
      y: {
        label: null,
        grid: true,
        ticks: 6,
        ...domainOf(
          quantity,
          lines.flatMap(({ drawn }) => drawn),
        ),
        ...(quantity.scale ? { type: quantity.scale } : {}),
      },
      marks: [
        ...(quantity.nominal === undefined
          ? []
          : [ruleY([quantity.nominal], { strokeOpacity: 0.5, strokeDasharray: '4 4' })]),
        ...lines.flatMap(({ group, drawn }) => lineMarks(drawn, styleOf(group))),
      ],
    },
  };
}

/** An axis that ends at the best possible value begins at the largest round number below all values. */
function domainOf({ best, within }: Quantity, drawn: readonly LinePoint[]): ScaleOptions {
  if (!best || !within || drawn.length === 0) return { nice: true };
  const least = Math.min(...drawn.flatMap(({ mean, low = mean, seeds = [] }) => [low, ...seeds]));
  const step = (within[1] - within[0]) / 5;
  return { domain: [Math.min(Math.floor(least / step) * step, within[1] - step), within[1]] };
}

const PERCENT = [0, 100] as const;

function has(group: Group, { needsDraws = false }: Quantity): boolean {
  return !needsDraws || bestPrediction(group) !== 'mean';
}

function points(
  group: Group,
  shares: readonly number[],
  predict: Predict,
  { title, value, digits, within }: Quantity,
): LinePoint[] {
  return shares.flatMap((share): LinePoint[] => {
    const found = estimateOver(group, (result) => {
      const evaluation = findEvaluation(result, { pruner: mainPruner(group), share }, predict);
      return evaluation && value(evaluation);
    });
    if (!found) return [];
    const { mean, low, high } = found;
    return [
      {
        x: shareLabel(share),
        mean,
        ...spreadOf(found, 1, within),
        title: `${group.name}, ${formatShare(share)} removed: ${title} ${mean.toFixed(digits)}${low === undefined ? '' : ` (${low.toFixed(digits)} to ${high!.toFixed(digits)})`}`,
      },
    ];
  });
}

const percent = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value * 100;
