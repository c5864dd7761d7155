import { safeParse } from '@bbb/core';
import { hostname } from 'node:os';
import type { Queue } from 'bullmq';
import { headSchema, type AnnouncementHead, type HostNote } from '../protocol.js';

/** Timers can't wait longer than this, milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A host's view of the notice board. */
export interface Board {
  /** All announced sweeps, oldest first; none when `signal` is aborted or the server takes longer than `patienceMs` milliseconds. */
  sweeps(signal: AbortSignal, patienceMs?: number): Promise<AnnouncementHead[]>;
  /** Tells the coordinator of a sweep that this host takes part, or why it can't. */
  note(sweep: AnnouncementHead, refused?: string): Promise<void>;
}

export function boardOver(queue: Queue<unknown, unknown>, threads: number): Board {
  return {
    async sweeps(signal, patienceMs = Infinity) {
      // While the server is away, the answer waits until it is back.
      const jobs = await unlessAborted(queue.getJobs(['waiting'], 0, -1, true), signal, patienceMs);
      return (jobs ?? []).flatMap((job) => {
        const parsed = safeParse(headSchema, job?.data);
        return parsed.success ? [parsed.data] : [];
      });
    },
    async note({ queue: name, session }, refused) {
      const line: HostNote = {
        host: hostname(),
        threads,
        session,
        ...(refused === undefined ? {} : { refused }),
      };
      // An error means that the sweep is over.
      await queue.addJobLog(`sweep-${name}`, JSON.stringify(line), 1000).catch(() => undefined);
    },
  };
}

/** The result of work that may never end; undefined when the signal or the time limit ends the wait. */
export function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  patienceMs = Infinity,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    const timer = setTimeout(stop, Math.min(patienceMs, LONGEST_TIMER));
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    });
  });
}
