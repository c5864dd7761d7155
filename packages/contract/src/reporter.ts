import assert from 'node:assert/strict';
import { parseOptions, type Reporter, type ReporterDefinition } from '@bbb/core';
import type { AsyncCheck } from './check.js';
import { EVENTS } from './events.js';
import { deepFreeze } from './freeze.js';
import { planned } from './planned.js';

export interface ReporterUnderTest {
  readonly definition: ReporterDefinition;
  /** Defaults are filled in. */
  readonly options?: unknown;
  /** A new folder each time. */
  folder(): string;
}

/** What every reporter promises to a sweep. */
export function reporterChecks(under: ReporterUnderTest): AsyncCheck[] {
  const { definition, options = {} } = under;
  const folder = (): string => under.folder();
  const create = async (): Promise<Reporter> =>
    definition.create(parseOptions('reporter', definition.options, options), {
      dir: folder(),
      cwd: folder(),
      trials: [planned(0), planned(1)],
    });
  return [
    {
      name: 'takes every event that there is, and changes none',
      run: async () => {
        const reporter = await create();
        for (const event of EVENTS) await reporter.onEvent(deepFreeze(structuredClone(event)));
        await reporter.close?.();
      },
    },
    {
      name: 'takes events of trials that it knows nothing of, in any order',
      run: async () => {
        const reporter = await create();
        for (const event of EVENTS.toReversed()) await reporter.onEvent(event);
        await reporter.close?.();
      },
    },
    {
      name: 'is closed without having been told anything, and leaves no timer running',
      run: async () => {
        const before = timers();
        const reporter = await create();
        await reporter.close?.();
        assert.ok(timers() <= before);
      },
    },
  ];
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
