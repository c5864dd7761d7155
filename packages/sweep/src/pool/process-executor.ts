import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import {
  BbbError,
  clause,
  type Execution,
  type Executor,
  toErrorRecord,
  type TrialEnd,
  type TrialMessage,
  type TrialTask,
} from '@bbb/core';
import { hear } from '../executor/messages.js';
import { threadShares } from '../executor/thread-shares.js';
import type { ChildSetup, ToChild } from './child-protocol.js';
import { neverStarted, START_MS } from './never-started.js';

/** A place for one process, which is started when it is first needed and again after it died. */
interface Slot {
  child: ChildProcess | undefined;
  busy: boolean;
}

/**
 * Runs trials in separate processes. They are as fast as threads and give the same bytes, but need more memory. What kills a whole
 * process (a native crash, the kernel when memory runs out) ends one trial instead of all.
 */
export function processExecutor(workers: number, setup: ChildSetup, startMs = START_MS): Executor {
  const file = createRequire(import.meta.url).resolve('#child');
  const shares = threadShares(setup.threads ?? 1);
  const slots: Slot[] = Array.from({ length: workers }, () => ({ child: undefined, busy: false }));
  const childOf = (slot: Slot): ChildProcess => {
    if (!slot.child) {
      // Standard output belongs to the coordinator. The process has its own group, so that Ctrl-C and a closed terminal reach the
      // coordinator alone, which then tells its workers.
      const child = fork(file, { stdio: ['ignore', 2, 2, 'ipc'], detached: true });
      slot.child = child;
      const gone = (): void => {
        slot.child = undefined;
      };
      child.once('exit', gone);
      // A process that could not be started has no 'exit'.
      child.once('error', gone);
      send(child, { type: 'setup', setup });
    }
    return slot.child;
  };
  return {
    capacity: workers,
    run(task, onMessage) {
      const slot = slots.find(({ busy }) => !busy)!;
      slot.busy = true;
      const child = childOf(slot);
      const execution = execute(child, task, onMessage, startMs);
      const release = shares.add((count) => send(child, { type: 'threads', count }));
      void execution.end.then(() => {
        slot.busy = false;
        release();
      });
      return execution;
    },
    async close() {
      await Promise.all(
        slots.map(async ({ child }) => {
          if (!child || child.exitCode !== null || child.signalCode !== null) return;
          if (kill(child)) await once(child, 'exit');
        }),
      );
    },
  };
}

function execute(
  child: ChildProcess,
  task: TrialTask,
  onMessage: (message: TrialMessage) => void,
  startMs: number,
): Execution {
  let killed = false;
  let over = false;
  const end = new Promise<TrialEnd>((resolve) => {
    const late = setTimeout(() => {
      finish(neverStarted(startMs));
      kill(child);
    }, startMs);
    const finish = (ended: TrialEnd): void => {
      over = true;
      clearTimeout(late);
      child.off('message', onAnswer);
      child.off('exit', onExit);
      child.off('error', onError);
      resolve(ended);
    };
    const onAnswer = (said: unknown): void => {
      const message = hear(said, task.planned.trial.training.epochs);
      if (message.type === 'started') clearTimeout(late);
      if (message.type === 'end') {
        // A killed process makes room for another trial only once it has exited.
        if (killed) before = message.end;
        else if (message.retire) dismiss(message.end);
        else finish(message.end);
      } else if (!killed) onMessage(message);
    };
    /** After an invalid message, the process gets no other trial. */
    const dismiss = (ended: TrialEnd): void => {
      killed = true;
      before = ended;
      kill(child);
    };
    let before: TrialEnd | undefined;
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void =>
      finish(killed ? (before ?? { type: 'killed' }) : crashed(code, signal));
    const onError = (error: Error): void => finish(cantStart(error));
    child.on('message', onAnswer);
    child.on('exit', onExit);
    child.on('error', onError);
  });
  send(child, { type: 'run', task });
  return {
    end,
    stop: () => send(child, { type: 'stop' }),
    kill() {
      if (over) return;
      killed = true;
      kill(child);
    },
  };
}

/**
 * Kills a process; false for one that could not be started. Node reports pid 0 for it until its 'error' event, and a signal to pid 0
 * would reach our own process group, with the script that started us.
 */
function kill(child: ChildProcess): boolean {
  return child.pid !== undefined && child.kill('SIGKILL');
}

function send(child: ChildProcess, message: ToChild): void {
  // Errors are handled by 'exit', or by 'error' for a process that could not be started.
  if (child.connected) child.send(message, () => undefined);
}

function cantStart(cause: Error): TrialEnd {
  const error = new BbbError('E_WORKER_LOAD', `A worker process can't start: ${clause(cause.message)}.`, {
    hint: 'Run fewer at a time with --workers, or raise the limits of processes (ulimit -u) and open files (ulimit -n).',
    cause,
  });
  return { type: 'fatal', error: toErrorRecord(error) };
}

function crashed(code: number | null, signal: NodeJS.Signals | null): TrialEnd {
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  return { type: 'failed', kind: 'crash', error: toErrorRecord(new Error(`The worker process ${how}.`)) };
}
