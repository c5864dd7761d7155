import { EventEmitter } from 'node:events';
import { createRegistry, type ReporterDefinition } from '@bbb/core';
import builtIn from '@bbb/sweep/plugin';
import { afterEach, describe, it, vi } from 'vitest';
import shown from '@bbb/cli/plugin';
import { liveDisplay } from '../../packages/cli/src/progress/live.js';
import { executorChecks } from '../contract/executor.js';
import { reporterChecks } from '../contract/reporter.js';
import { storeChecks } from '../contract/store.js';
import { temporaryFolders } from './fixtures/folders.js';

const folder = temporaryFolders();
const registry = createRegistry([builtIn, shown]);
afterEach(() => vi.restoreAllMocks());

describe.each(registry.list('executors'))('the executor $name', ({ value: definition }) => {
  for (const { name, run } of executorChecks({ definition, folder })) it(name, run);
});

describe.each(registry.list('stores'))('the store $name', ({ value: definition }) => {
  for (const { name, run } of storeChecks({ definition, folder })) it(name, run);
});

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
