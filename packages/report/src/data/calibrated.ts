import type { Calibrated, TrialResult } from '@bbb/core';
import type { Group, Setting } from './groups.js';
import { findEvaluation, type Network, type Predict } from './measure.js';

/** What a network of one trial was worth after calibration; undefined where none was done. */
export function calibratedAt(network: Network, predict: Predict) {
  return (result: TrialResult): Calibrated | undefined =>
    findEvaluation(result, network, predict)?.calibrated;
}

/** The names of the sets or intervals that the trials of a setting have, in the order of their results. */
export function scoresOf({ groups }: Setting, kind: 'sets' | 'intervals'): string[] {
  return [...new Set(groups.flatMap((group) => evaluated(group).flatMap((c) => Object.keys(c[kind] ?? {}))))];
}

/** Calibration examples and the coverage wanted, for a caption: "2,000 examples"; the fewest, where trials differ. */
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
