import { writeFileSync } from 'node:fs';
import {
  createRegistry,
  type Execution,
  type Executor,
  loadPlugins,
  toErrorRecord,
  type TrialTask,
} from '@bbb/core';
import { loadData } from '../executor/data.js';
import { checkSameData, identityOf } from '../store/data-identity.js';
import type { ChildSetup, FromChild, ToChild } from './child-protocol.js';
import { threadExecutor } from './thread-executor.js';

/**
 * A worker process: one worker thread, so that this thread hears at once that the coordinator is gone, even while a trial
 * is in the middle of an epoch.
 */
process.on('disconnect', () => process.exit(1));
// Sent to every process of a service that is stopped: the coordinator says what is to be done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

// What a plugin prints where nobody can read it, or the disk is full, is lost, and not a failure of its trial.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

let executor: Promise<Executor>;
let execution: Execution | undefined;
/** Asked for the trial under way, which may not have begun yet. */
let stopping = false;

function send(message: FromChild): void {
  // When the coordinator is gone, 'disconnect' says so.
  process.send?.(message, undefined, undefined, () => undefined);
}

async function start({ data, dataDir, identity, heapMegabytes, ...setup }: ChildSetup): Promise<Executor> {
  preferToDie();
  const registry = createRegistry(await loadPlugins(setup.plugins, setup.cwd));
  const datasets = await loadData(registry, data, dataDir);
  checkSameData('The data were changed while the sweep runs', identity, identityOf(datasets));
  return threadExecutor({
    workers: 1,
    setup: { ...setup, datasets },
    ...(heapMegabytes === undefined ? {} : { heapMegabytes }),
  });
}

/** When memory runs out, the kernel should take this process, not the coordinator. */
function preferToDie(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Not Linux, or not allowed.
  }
}

async function run(task: TrialTask): Promise<void> {
  try {
    execution = (await executor).run(task, send);
    if (stopping) execution.stop();
    send({ type: 'end', end: await execution.end });
  } catch (error) {
    send({ type: 'end', end: { type: 'fatal', error: toErrorRecord(error) } });
  } finally {
    execution = undefined;
  }
}

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'setup':
      executor = start(message.setup);
      // Reported by the first trial that needs it.
      executor.catch(() => undefined);
      break;
    case 'run':
      stopping = false;
      void run(message.task);
      break;
    case 'stop':
      stopping = true;
      execution?.stop();
  }
});
