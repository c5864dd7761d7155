import { writeFileSync } from 'node:fs';
import { createRegistry, loadPlugins, toErrorRecord, type TrialTask } from '@bbb/core';
import { loadData } from '../executor/data.js';
import { checkSameData, identityOf } from '../store/data-identity.js';
import type { ChildSetup, FromChild, ToChild } from './child-protocol.js';
import { threadExecutor, type ThreadExecution, type ThreadExecutor } from './thread-executor.js';

/**
 * A worker process. The trial runs in a thread of it, so that the main thread notices at once when the coordinator is gone, even in
 * the middle of an epoch.
 */
process.on('disconnect', () => process.exit(1));
// Stopping a service sends these signals to every process of it. Only the coordinator reacts, and tells its workers.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

// A closed pipe or a full disk loses what a plugin prints, but must not fail its trial.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

let executor: Promise<ThreadExecutor>;
let execution: ThreadExecution | undefined;
/** Whether the current trial, which may not have begun yet, was asked to stop. */
let stopping = false;
/** How many threads the current trial has. */
let threads = 1;

function send(message: FromChild): void {
  // An error here means that the coordinator is gone, which 'disconnect' handles.
  process.send?.(message, undefined, undefined, () => undefined);
}

async function start({
  data,
  dataDir,
  identity,
  heapMegabytes,
  ...setup
}: ChildSetup): Promise<ThreadExecutor> {
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

/** When memory runs out, the kernel should kill this process, not the coordinator. */
function preferToDie(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // The system is not Linux, or writing is not permitted.
  }
}

async function run(task: TrialTask): Promise<void> {
  try {
    execution = (await executor).run(task, send);
    execution.useThreads(threads);
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
      // The first trial that needs the executor reports the error.
      executor.catch(() => undefined);
      break;
    case 'run':
      stopping = false;
      threads = 1;
      void run(message.task);
      break;
    case 'threads':
      threads = message.count;
      execution?.useThreads(threads);
      break;
    case 'stop':
      stopping = true;
      execution?.stop();
  }
});
