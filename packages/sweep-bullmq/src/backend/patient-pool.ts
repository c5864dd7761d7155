import { setTimeout as sleep } from 'node:timers/promises';
import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import type { Pool } from 'pg';
import { isLost } from './postgres-error.js';

/** Longest pause before the server is tried again, milliseconds. */
const LONGEST_PAUSE_MS = 2000;

/**
 * A pool whose queries wait while the server is away, as they do with Redis. Without it, BullMQ would treat a lost connection as a
 * failed job. A query that was running when the connection broke is sent again. All of BullMQ's queries are safe to repeat, because
 * jobs have names and locks have tokens.
 */
export function patientPool(pool: Pool): PgPool {
  let ended = false;
  const listeners: ((error: Error) => void)[] = [];
  // Without this listener, an idle connection that breaks would end the process.
  pool.on('error', (error) => report(error));

  function report(error: Error): void {
    for (const listener of listeners) listener(error);
  }

  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let pause = 100; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        return await work();
      } catch (error) {
        if (ended || !isLost(error)) throw error;
        report(error as Error);
      }
      await sleep(pause);
    }
  }

  const patient: PgPool = {
    query: <R>(text: string, params?: readonly unknown[]) =>
      patiently(() => pool.query(text, params as unknown[]) as unknown as Promise<PgQueryResult<R>>),
    connect: () => patiently(() => pool.connect() as unknown as Promise<PgPoolClient>),
    async end() {
      if (ended) return;
      ended = true;
      await pool.end();
    },
    on(event: 'error' | 'connect', listener: (value: never) => void) {
      if (event === 'error') listeners.push(listener as (error: Error) => void);
      else pool.on('connect', listener as never);
      return patient;
    },
    removeAllListeners() {
      listeners.length = 0;
      return patient;
    },
  };
  return patient;
}
