import assert from 'node:assert/strict';
import { parseOptions, type PlannedTrial, type Reporter, type ReporterDefinition } from '@bbb/core';
import type { AsyncCheck } from './check.js';
import { everyEvent } from './events.js';
import { deepFreeze } from './freeze.js';
import { tinyPlan } from './tiny-plan.js';

export interface ReporterUnderTest {
  readonly definition: ReporterDefinition;
  /** Options of the reporter. Missing ones get their defaults. */
  readonly options?: unknown;
  /** Returns a new folder at each call. */
  folder(): string;
}

/**
 * Checks what a sweep needs of a reporter.
 * @param under the definition, its options and a folder
 */
export function reporterChecks(under: ReporterUnderTest): AsyncCheck[] {
  const { definition, options = {} } = under;
  const create = async (trials: readonly PlannedTrial[]): Promise<Reporter> =>
    definition.create(parseOptions('reporter', definition.options, options), {
      dir: under.folder(),
      cwd: under.folder(),
      trials,
    });
  return [
    {
      name: 'accepts every kind of event, and changes none',
      run: async () => {
        const trials = await twoTrials();
        const reporter = await create(trials);
        for (const event of await everyEvent(...trials)) await reporter.onEvent(deepFreeze(event));
        await reporter.close?.();
      },
    },
    {
      name: 'accepts events of unknown trials, in any order',
      run: async () => {
        const reporter = await create([]);
        const events = await everyEvent(...(await twoTrials()));
        for (const event of events.toReversed()) await reporter.onEvent(event);
        await reporter.close?.();
      },
    },
    {
      name: 'can be closed before its first event, and leaves no timer running',
      run: async () => {
        const trials = await twoTrials();
        const before = timers();
        const reporter = await create(trials);
        await reporter.close?.();
        const left = timers() - before;
        assert.ok(left <= 0, `A closed reporter must leave no timer running, and ${left} still run`);
      },
    },
  ];
}

async function twoTrials(): Promise<[PlannedTrial, PlannedTrial]> {
  const { trials } = await tinyPlan({ seeds: [0, 1] });
  return [trials[0]!, trials[1]!];
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
