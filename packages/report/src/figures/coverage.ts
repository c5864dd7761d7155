import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { isOfClasses } from '../data/headline-metric.js';
import { estimateOver, exampleNoun, findEvaluation, mainPruner, sharesOf } from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import { byShare, type Quantity } from './by-share.js';
import type { Figure } from './figure.js';
import type { StyleOf } from './style.js';

/** Levels of the central intervals that a regression is measured by, percent. */
const LEVELS = [50, 90, 95];
/** If networks differ by more nats than this, a linear axis shows only the worst of them. */
const WIDE = 20;

/**
 * NLL of networks that are not classifiers, before and after pruning. Classifiers have it beside their calibration.
 * @returns undefined for classifiers
 */
export function nllFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  if (isOfClasses(setting.groups)) return undefined;
  const values = setting.groups.flatMap(nllsOf);
  const wide = Math.max(...values) - Math.min(...values) > WIDE;
  const nll: Quantity = {
    title: `NLL (nats per ${exampleNoun(setting.groups)})${wide ? ', symmetric-logarithmic' : ''}`,
    value: ({ metrics }) => metrics.nll,
    digits: 4,
    ...(wide ? { scale: 'symlog' as const } : {}),
  };
  const calibration: Quantity = {
    title: 'calibration error of quantiles (%)',
    value: ({ metrics }) => hundredfold(metrics['calibrationError']),
    digits: 2,
    within: [0, 100],
  };
  const quantities = isMeasured(setting, 'calibrationError') ? [nll, calibration] : [nll];
  return byShare(setting, styleOf, 'nll', `NLL by sparsity: ${settingTitle(setting)}`, quantities);
}

/**
 * Share of the test targets within central intervals, before and after pruning, with the share that a calibrated network has.
 * @returns undefined if no trial measured it
 */
export function coverageFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const levels = LEVELS.filter((level) => isMeasured(setting, `coverage${level}`));
  if (levels.length === 0) return undefined;
  return byShare(
    setting,
    styleOf,
    'coverage',
    `Coverage of intervals by sparsity: ${settingTitle(setting)}`,
    levels.map((level): Quantity => ({
      title: `targets within ${level} % intervals (%)`,
      value: ({ metrics }) => hundredfold(metrics[`coverage${level}`]),
      digits: 2,
      nominal: level,
      within: [0, 100],
    })),
    'Dashed: the coverage that the interval promises.',
  );
}

function isMeasured({ groups }: Setting, name: string): boolean {
  return groups.some(({ results }) =>
    results.some(({ pruning }) =>
      pruning.some(({ evaluations }) => evaluations.some(({ metrics }) => metrics[name] !== undefined)),
    ),
  );
}

function nllsOf(group: Group): number[] {
  return sharesOf([group]).flatMap((share) => {
    const network = { pruner: mainPruner(group), share };
    const found = estimateOver(
      group,
      (result) => findEvaluation(result, network, bestPrediction(group))?.metrics.nll,
    );
    return found ? [found.mean] : [];
  });
}

const hundredfold = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value * 100;
