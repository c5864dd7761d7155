import { keptEpoch, type SweepData, type TrialResult } from '@bbb/core';
import { allSettings, estimate, objectiveOf, settingTitle, type Estimate, type Group } from '@bbb/report';

/** A configuration and how well it did on validation examples. */
export interface Ranked {
  readonly group: Group;
  readonly setting: string;
  /** The loss that was minimised, over the seeds, in its stored unit. */
  readonly loss: Estimate;
}

/**
 * All configurations with validation results, the best first. Those that lack seeds come last, because their trials did badly
 * or are not done.
 */
export function ranked(data: SweepData): Ranked[] {
  const objective = objectiveOf(data);
  const lossOf = ({ epochs, trial }: TrialResult): number[] => {
    const loss = keptEpoch(epochs, trial.select)?.[objective];
    return loss === undefined || !Number.isFinite(loss) ? [] : [loss];
  };
  const all = allSettings(data).flatMap((setting) =>
    setting.groups.flatMap((group): Ranked[] => {
      const loss = estimate(group.results.flatMap(lossOf));
      return loss ? [{ group, setting: settingTitle(setting), loss }] : [];
    }),
  );
  const lacking = ({ group, loss }: Ranked): number => group.planned - loss.n;
  return all.toSorted((a, b) => lacking(a) - lacking(b) || a.loss.mean - b.loss.mean);
}
