import { EventEmitter } from 'node:events';
import {
  reporterChecks,
  samplerChecks,
  schedulerChecks,
  storeChecks,
  type AsyncCheck,
  type Check,
} from '@bbb/contract';
import { createRegistry, type ReporterDefinition } from '@bbb/core';
import builtIn from '@bbb/plugins';
import own from '@bbb/sweep/plugin';
import { afterEach, describe, it, vi } from 'vitest';
import shown from '@bbb/cli/plugin';
import { liveDisplay } from '../../packages/cli/src/progress/live.js';
import { sqlDrivers } from '../../packages/sweep/src/store/index/database.js';
import { temporaryFolders } from '../sweep/fixtures/folders.js';

/** Built-in plugins keep the promises that strangers' plugins are asked to keep. Executors: executors.test.ts. */

const folder = temporaryFolders();
const registry = createRegistry([builtIn, own, shown]);
afterEach(() => vi.restoreAllMocks());

const all = (checks: readonly (Check | AsyncCheck)[]): void => {
  for (const { name, run } of checks) it(name, run);
};

describe.each(registry.list('samplers'))('the sampler $name', ({ value }) => all(samplerChecks(value)));

describe.each(registry.list('schedulers'))('the scheduler $name', ({ value }) => all(schedulerChecks(value)));

describe.each(registry.list('stores'))('the store $name', ({ value }) =>
  all(storeChecks({ definition: value, folder })),
);

// One suite for whatever writes the file; node:sqlite where this Node has it.
describe.each(sqlDrivers())('the store sqlite by $name', ({ name: driver }) =>
  all(storeChecks({ definition: registry.get('stores', 'sqlite'), options: { driver }, folder })),
);

describe.each(registry.list('reporters'))('the reporter $name', ({ name: reporter, value }) => {
  const definition = reporter === 'live' ? onScreen(value) : value;
  for (const { name, run } of reporterChecks({ definition, folder })) {
    it(name, async () => {
      for (const stream of [process.stdout, process.stderr])
        vi.spyOn(stream, 'write').mockImplementation((_text, ...rest: unknown[]) => {
          (rest.at(-1) as (() => void) | undefined)?.();
          return true;
        });
      await run();
    });
  }
});

/** The live display refuses whatever is no terminal, as a test's standard error is. */
function onScreen(live: ReporterDefinition): ReporterDefinition {
  const stream = Object.assign(new EventEmitter(), { columns: 80, rows: 24, write: () => true });
  return { ...live, create: (_, { trials }) => liveDisplay({ trials }, stream as never) };
}
