import { BbbError, canonicalJson, type PlannedTrial, type Registry } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';

/** Whether a scheduler may compare a trial with another one. */
export type Competes = (trial: string, other: string) => boolean;

/**
 * A search looks for the best configuration of all, so all of its trials compete. Other sweeps compare methods: there, the
 * configurations of one method and network compete, so that a method that learns slowly at first is not stopped because of that. The
 * seeds of one configuration do not compete with each other: only the lucky seeds would be left.
 */
export function competition({ search }: SweepConfig, trials: readonly PlannedTrial[]): Competes {
  if (search?.trials !== undefined) return () => true;
  const places = new Map(
    trials.map((planned) => [
      planned.id,
      { bracket: bracketOf(planned), configuration: planned.configuration },
    ]),
  );
  return (trial, other) => {
    const [own, its] = [places.get(trial), places.get(other)];
    return own?.bracket === its?.bracket && own?.configuration !== its?.configuration;
  };
}

function bracketOf({ label, trial }: PlannedTrial): string {
  return canonicalJson([label, trial.hidden, trial.network ?? null]);
}

/**
 * @throws BbbError `E_SWEEP_CONFIG` for a scheduler that compares trials, if no two configurations compete: it would
 *   decide nothing
 */
export function checkCompetition(
  { search }: SweepConfig,
  trials: readonly PlannedTrial[],
  registry: Registry,
): void {
  if (!search?.scheduler || search.trials !== undefined) return;
  const { use } = search.scheduler;
  if (!registry.get('schedulers', use).compares) return;
  const brackets = new Set(trials.map(bracketOf));
  const configurations = new Set(trials.map(({ configuration }) => configuration));
  if (brackets.size < configurations.size) return;
  throw new BbbError(
    'E_SWEEP_CONFIG',
    `The scheduler "${use}" has nothing to compare: without a search it compares configurations of the same method and network, but each has only one.`,
    {
      hint: 'Add --grid PATH=A,B,C, or --space with --trials. Or leave --scheduler out, and every method is trained to its end.',
    },
  );
}
