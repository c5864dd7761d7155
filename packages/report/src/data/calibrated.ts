import type { Calibrated, TrialResult } from '@bbb/core';
import type { Group, Setting } from './groups.js';
import { findEvaluation, type Network, type Predict } from './measure.js';

/** The metrics of one trial's network after calibration. Undefined if it was not calibrated. */
export function calibratedAt(network: Network, predict: Predict) {
  return (result: TrialResult): Calibrated | undefined =>
    findEvaluation(result, network, predict)?.calibrated;
}

/** Names of the sets or intervals of a setting's trials, in the order of their results. */
export function scoresOf({ groups }: Setting, kind: 'sets' | 'intervals'): string[] {
  return [...new Set(groups.flatMap((group) => evaluated(group).flatMap((c) => Object.keys(c[kind] ?? {}))))];
}

/** Wanted coverage and number of calibration examples, for a caption: "2,000 examples". If trials differ, it is the smallest number. */
export function promiseOf({ groups }: Setting): { readonly level: number; readonly examples: number } {
  const all = groups.flatMap(evaluated);
  return { level: all[0]?.level ?? 0, examples: Math.min(...all.map(({ examples }) => examples)) };
}

/** The note that every table of calibrated numbers needs. */
export function calibrationNote(setting: Setting): string {
  const { examples } = promiseOf(setting);
  return `Fitted on ${examples.toLocaleString('en')} examples that were held out for validation and are in no training step; where a search or early stopping chose trials by validation examples, only --calibration keeps those of calibration out of that choice.`;
}

function evaluated({ results }: Group): Calibrated[] {
  return results.flatMap(({ pruning }) =>
    pruning.flatMap(({ evaluations }) => evaluations.flatMap(({ calibrated }) => calibrated ?? [])),
  );
}
