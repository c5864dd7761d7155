import type { SweepData } from '@bbb/core';
import { settingId, settingsOf, type Setting } from '../data/groups.js';
import { headlineFigure, highShareFigure } from './headline.js';
import { calibrationFigure, oodFigure } from './by-share.js';
import { conformalFigure } from './conformal.js';
import { coverageFigure, nllFigure } from './coverage.js';
import { costFigure } from './cost.js';
import { criteriaFigure } from './criteria.js';
import { curveFigure } from './curve.js';
import { entropyFigure } from './entropy.js';
import { examplesFigure } from './examples.js';
import type { Figure } from './figure.js';
import { firstLayerFigure, unitsFigure } from './first-layer.js';
import { paretoFigure } from './pareto.js';
import { predictedFigure } from './predicted.js';
import { quantilesFigure } from './quantiles.js';
import { reliabilityFigure } from './reliability.js';
import { riskCoverageFigure } from './risk-coverage.js';
import { snrFigure } from './snr.js';
import { sparsityFigure } from './sparsity.js';
import { spreadFigure } from './spread.js';
import { stylesOf, type StyleOf } from './style.js';
import { trainingFigure } from './training.js';
import { weightsFigure } from './weights.js';

/** Figures of one setting, in the order of a report. */
const PER_SETTING: readonly ((setting: Setting, styleOf: StyleOf) => Figure | undefined)[] = [
  headlineFigure,
  highShareFigure,
  criteriaFigure,
  spreadFigure,
  weightsFigure,
  snrFigure,
  sparsityFigure,
  paretoFigure,
  trainingFigure,
  costFigure,
  calibrationFigure,
  conformalFigure,
  nllFigure,
  coverageFigure,
  quantilesFigure,
  curveFigure,
  predictedFigure,
  reliabilityFigure,
  riskCoverageFigure,
  oodFigure,
  entropyFigure,
  examplesFigure,
  firstLayerFigure,
  unitsFigure,
];

/**
 * Every figure that the results allow, with unique ids. The same results give the same bytes.
 * @param data a sweep, as `readSweep` gives it
 */
export function reportFigures(data: SweepData): Figure[] {
  const styleOf = stylesOf(data);
  return settingsOf(data).flatMap((setting) => settingFigures(setting, styleOf));
}

/** The figures of one setting, in the order of a report. */
export function settingFigures(setting: Setting, styleOf: StyleOf): Figure[] {
  return PER_SETTING.flatMap((make) => make(setting, styleOf) ?? []).map((figure) => ({
    ...figure,
    id: `${figure.id}-${settingId(setting)}`,
  }));
}
