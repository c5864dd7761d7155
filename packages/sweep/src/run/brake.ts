import { type ErrorRecord, type Execution, type SweepOutcome, toErrorRecord } from '@bbb/core';
import type { SweepOptions } from './options.js';

/** Why no further trial is started. */
export interface Halt {
  readonly status: Exclude<SweepOutcome['status'], 'done'>;
  readonly error?: ErrorRecord;
  readonly signal?: string;
}

type How = 'stop' | 'kill';

/**
 * Halts a sweep: no further trial is started, and running ones are asked to end. The first reason is kept, except that a breakdown
 * (disk full, folder lost) replaces a request to stop.
 */
export interface Brake {
  readonly halted: Halt | undefined;
  halt(reason: Halt, how: How): void;
  /** Halts because of an error after which no trial can go on. */
  breakDown(this: void, thrown: unknown): void;
  /** Halts because of such an error that came from another thread. */
  fatal(error: ErrorRecord): void;
  /** Runs a function. If it throws, the sweep halts in order. */
  safely(run: () => void): void;
  /** Registers a running trial. If the sweep is halted already, the trial is asked to end at once. */
  started(id: string, execution: Execution): void;
  ended(id: string): void;
  /** Asks a trial to stop if it is running. */
  stop(id: string): void;
  /** Stops listening to the caller's signals. */
  release(): void;
}

/** @param lost aborted with the reason when another process has taken the folder over: nothing may be written any more */
export function brakeOf({ signal, kill }: Pick<SweepOptions, 'signal' | 'kill'>, lost?: AbortSignal): Brake {
  const running = new Map<string, Execution>();
  let halted: Halt | undefined;
  let how: How = 'stop';

  const halt = (reason: Halt, harder: How): void => {
    if (!halted || (isBreakdown(reason) && !isBreakdown(halted))) halted = reason;
    if (harder === 'kill') how = 'kill';
    for (const execution of running.values()) execution[harder]();
  };
  const fatal = (error: ErrorRecord): void =>
    halt({ status: error.code === 'E_DISK_FULL' ? 'disk-full' : 'halted', error }, 'kill');
  const breakDown = (thrown: unknown): void => fatal(toErrorRecord(thrown));

  const onSignal = (): void => {
    const reason: unknown = signal?.reason;
    halt({ status: 'interrupted', ...(typeof reason === 'string' ? { signal: reason } : {}) }, 'stop');
  };
  const onKill = (): void => halt({ status: 'interrupted' }, 'kill');
  signal?.addEventListener('abort', onSignal);
  kill?.addEventListener('abort', onKill);
  const onLost = (): void => breakDown(lost?.reason);
  lost?.addEventListener('abort', onLost);
  if (lost?.aborted) onLost();
  if (signal?.aborted) onSignal();
  if (kill?.aborted) onKill();

  return {
    get halted() {
      return halted;
    },
    halt,
    breakDown,
    fatal,
    safely(run) {
      try {
        run();
      } catch (error) {
        breakDown(error);
      }
    },
    started(id, execution) {
      running.set(id, execution);
      if (halted) execution[how]();
    },
    ended: (id) => void running.delete(id),
    stop: (id) => running.get(id)?.stop(),
    release() {
      signal?.removeEventListener('abort', onSignal);
      kill?.removeEventListener('abort', onKill);
      lost?.removeEventListener('abort', onLost);
    },
  };
}

/** True for a breakdown, false for a request to stop. */
function isBreakdown({ status }: Halt): boolean {
  return status === 'halted' || status === 'disk-full';
}
