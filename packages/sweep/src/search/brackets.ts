import { BbbError, canonicalJson, type PlannedTrial, type Registry } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';

/** Which trials a scheduler compares with each other: those with the same name of a bracket. */
export type BracketOf = (trial: string) => string;

/**
 * A search looks for the best configuration of all, so all of its trials compete. Other sweeps compare methods: there,
 * configurations of the same method, network and seed compete. Else a method that learns slowly at first would be stopped, and
 * the seeds that are left of a configuration would be the lucky ones.
 */
export function bracketsOf({ search }: SweepConfig, trials: readonly PlannedTrial[]): BracketOf {
  if (search?.trials !== undefined) return () => 'search';
  const names = new Map(trials.map((planned) => [planned.id, bracketName(planned)]));
  return (trial) => names.get(trial) ?? trial;
}

function bracketName({ label, seed, trial }: PlannedTrial): string {
  return canonicalJson([label, trial.hidden, seed]);
}

/**
 * @throws BbbError `E_SWEEP_CONFIG` for a scheduler that compares trials where no bracket has two: it would decide nothing
 */
export function checkBrackets(
  { search }: SweepConfig,
  trials: readonly PlannedTrial[],
  registry: Registry,
): void {
  if (!search?.scheduler || search.trials !== undefined) return;
  const { use } = search.scheduler;
  if (!registry.get('schedulers', use).compares) return;
  const brackets = new Set(trials.map(bracketName));
  if (brackets.size < trials.length) return;
  throw new BbbError(
    'E_SWEEP_CONFIG',
    `The scheduler "${use}" has nothing to compare: without a search it compares configurations of the same method, network and seed, and each method has one.`,
    {
      hint: 'Give it something to choose from: --grid PATH=A,B,C, or --space with --trials. Or leave --scheduler out: every method is trained to its end.',
    },
  );
}
