import { Console } from 'node:console';
import { getHeapStatistics } from 'node:v8';
import { createRegistry, loadPlugins, startBackend, toErrorRecord, type TrialEnd } from '@bbb/core';
import { standaloneOps, type Ops, type Threads } from '@bbb/kernels';
import { Piscina } from 'piscina';
import { performTrial, type Workbench } from '../executor/perform.js';
import type { WorkerMessage, WorkerSetup, WorkerTask } from './protocol.js';

// Standard output belongs to the main thread, so what a plugin prints goes to standard error.
globalThis.console = new Console(process.stderr, process.stderr);

const setup = Piscina.workerData as WorkerSetup;
let bench: Promise<Workbench> | undefined;
/** Threads of ops that have a memory of their own, which the heap statistics do not count. */
const shared: Threads[] = [];

async function prepare(): Promise<Workbench> {
  const registry = createRegistry(await loadPlugins(setup.plugins, setup.cwd));
  const backends = new Map<string, Promise<Ops>>();
  return {
    registry,
    datasets: setup.datasets,
    shared: (setup.threads ?? 1) > 1,
    backend(numerics, memory) {
      const kind = `${numerics} ${memory}`;
      let found = backends.get(kind);
      if (!found) {
        // The ops begin with one thread. They get the number of the trial when the trial begins.
        found =
          memory === 'tensors'
            ? startBackend(numerics)
            : standaloneOps({ fastMath: numerics === 'relaxed', threads: 1 });
        backends.set(kind, found);
        void found.then(
          ({ threads }) => threads && shared.push(threads),
          () => undefined,
        );
      }
      return found;
    },
  };
}

/**
 * Bytes of this thread: the JavaScript heap, and the WebAssembly memory and buffers outside of it. process.memoryUsage gives the same,
 * but takes a millisecond because it also asks the system for the size of the whole process.
 */
function memory(): number {
  const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external + shared.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Whether the thread may be damaged. A diverged loss does not damage it. */
function isBroken(end: TrialEnd): boolean {
  return end.type === 'fatal' || (end.type === 'failed' && end.kind !== 'diverged');
}

/** The task of a Piscina worker: one attempt at a trial. */
export default async function work({ task, port, stop, threads }: WorkerTask): Promise<void> {
  const send = (message: WorkerMessage): void => port.postMessage(message);
  let end: TrialEnd;
  try {
    bench ??= prepare();
    end = await performTrial(await bench, task, send, {
      stop: () => Atomics.load(stop, 0) !== 0,
      threads: () => Math.max(1, Atomics.load(threads, 0)),
    });
  } catch (error) {
    // If plugins do not load in this thread, every trial would fail.
    end = { type: 'fatal', error: toErrorRecord(error) };
  }
  const retire = isBroken(end) || memory() > setup.memoryLimit;
  send({ type: 'end', end, retire });
  // The pool has no call to replace a given worker, but it replaces one whose task is aborted.
  if (retire) await new Promise<never>(() => undefined);
}
