import { keptEpoch, type PlannedTrial, type SweepData } from '@bbb/core';
import { once } from '../data/once.js';
import { fanova } from './fanova.js';
import { variedOf, type Varied } from './space.js';

/** How much each hyper-parameter of a search or a grid matters. */
export interface Importance {
  /** Share of the variance of the loss that each hyper-parameter explains by itself, the largest first. */
  readonly hyperparameters: readonly { readonly varied: Varied; readonly share: number }[];
  /** The share that hyper-parameters explain only together. */
  readonly together: number;
  /** Number of finished configurations that the shares are computed from. */
  readonly configurations: number;
  /** One seed of the best configuration. */
  readonly best: PlannedTrial;
  readonly objective: Objective;
}

type Objective = 'validationError' | 'validationNll';

/** Fewer configurations are not enough for an estimate. */
const FEWEST = 10;

/** @returns undefined if fewer than two hyper-parameters are varied, or fewer than ten configurations have finished */
export const importanceOf = once((data: SweepData): Importance | undefined => {
  const scored = scoredConfigurations(data);
  if (scored.length < FEWEST) return undefined;
  const varied = variedOf(data).filter(
    ({ at }) => new Set(scored.map(({ planned }) => at(planned) ?? MIDDLE)).size > 1,
  );
  if (varied.length < 2) return undefined;
  const shares = fanova({
    points: scored.map(({ planned }) => varied.map(({ at }) => at(planned) ?? MIDDLE)),
    losses: scored.map(({ loss }) => loss),
  });
  if (!shares) return undefined;
  return {
    hyperparameters: varied
      .map((hyperparameter, i) => ({ varied: hyperparameter, share: shares[i]! }))
      .toSorted((a, b) => b.share - a.share),
    together: Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0)),
    configurations: scored.length,
    best: scored.reduce((a, b) => (b.loss < a.loss ? b : a)).planned,
    objective: objectiveOf(data),
  };
});

/** The place of a hyper-parameter that a configuration does not have. The same place for all has no effect on the loss. */
const MIDDLE = 0.5;

/**
 * The quantity that a search minimises. Without a search, it is the validation error.
 * @param data a sweep, as `readSweep` gives it
 */
export function objectiveOf({ config }: Pick<SweepData, 'config'>): Objective {
  const { objective } = (config['search'] ?? {}) as { readonly objective?: unknown };
  return objective === 'validationNll' ? objective : 'validationError';
}

/** A configuration with all its seeds done, and the mean of its losses. */
interface Scored {
  readonly planned: PlannedTrial;
  readonly loss: number;
}

function scoredConfigurations(data: SweepData): Scored[] {
  const objective = objectiveOf(data);
  const results = new Map(data.results.map((result) => [result.id, result]));
  const seeds = new Map<string, PlannedTrial[]>();
  for (const planned of data.plan)
    seeds.set(planned.configuration, [...(seeds.get(planned.configuration) ?? []), planned]);
  return [...seeds.values()].flatMap((plan) => {
    const losses = plan.flatMap(({ id }) => {
      const result = results.get(id);
      const loss = result && keptEpoch(result.epochs, result.trial.select)?.[objective];
      return loss === undefined || !Number.isFinite(loss) ? [] : [loss];
    });
    if (losses.length < plan.length) return [];
    return [{ planned: plan[0]!, loss: losses.reduce((a, b) => a + b, 0) / losses.length }];
  });
}
