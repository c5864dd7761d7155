import type { EpochMetrics, TrialMessage } from '@bbb/core';
import { isStoreError } from '@bbb/sweep/host';
import type { HostMessage } from '../protocol.js';
import { acceptProgress, type Arrival } from './accept.js';
import { lineOf } from './line.js';
import { epochsIn, relayOf } from './relay.js';

/** Takes the messages of hosts about a running trial, stores them and passes them on, in order. */
export interface Hearing {
  /** Whether any host has sent a message for this trial. */
  readonly begun: boolean;
  hear(message: HostMessage): void;
  /** Whether an invalid message may come from the host that has the trial, and not from one that was given up. */
  mayBeFrom(said: unknown): boolean;
  warn(message: string, code?: string): void;
  /** Resolves when all messages so far are stored and passed on. @throws the error of the store */
  done(): Promise<void>;
  /** Passes on all epochs of a trial that is done. */
  complete(this: void, epochs: readonly EpochMetrics[]): void;
  /** Stops passing messages on. */
  close(): void;
}

/**
 * @param name of the trial, for people
 * @param broken called with an error after which no trial can go on, such as a full disk
 */
export function hearingOf(
  arrival: Arrival,
  name: string,
  onMessage: (message: TrialMessage) => void,
  broken: (error: unknown) => void,
): Hearing {
  const { log } = arrival;
  const line = lineOf(broken);
  const relay = relayOf(onMessage);
  /** The lease of the host that has the trial. */
  let lease: string | undefined;

  const warn = (message: string, code?: string): void =>
    line.add(() => onMessage({ type: 'warning', message, ...(code === undefined ? {} : { code }) }));

  /** Whether the message comes from the host that has the trial: hosts that were given up are ignored. */
  const listensTo = ({ lease: from, host, message }: HostMessage): boolean => {
    if (from === lease) return true;
    if (lease !== undefined) {
      if (message?.type !== 'started') return false;
      warn(`The host that ran ${name} was lost; ${host} continues it.`, 'W_LEASE');
    } else if (message?.type !== 'started') {
      // The trial started before this process did.
      line.add(async () => relay.started(await log.epochs()));
    }
    lease = from;
    return true;
  };

  return {
    get begun() {
      return lease !== undefined;
    },
    mayBeFrom(said) {
      const from = (said as { readonly lease?: unknown } | null | undefined)?.lease;
      return lease === undefined || from === lease;
    },
    hear(said) {
      if (!listensTo(said)) return;
      const { host, message, stored } = said;
      const store = (what: string, work: () => Promise<void>): void =>
        line.add(() =>
          unlessDamaged(work, (why) => warn(`${what} of ${name} from ${host} was rejected: ${why}`)),
        );
      for (const metrics of epochsIn(message)) store('An epoch', () => log.add(metrics));
      if (message) line.add(() => relay.message(message));
      if (!stored) return;
      store('A checkpoint', () => acceptProgress(arrival, stored));
      line.add(async () => relay.missing(await log.epochs()));
    },
    warn,
    done: () => line.done(),
    complete(epochs) {
      if (line.closed) return;
      // The host finished the trial while no coordinator was running.
      if (lease === undefined) relay.started(epochs);
      else relay.missing(epochs);
    },
    close: () => line.close(),
  };
}

/** A damaged file only costs a warning, because the host sends another one later. A full disk ends the sweep. */
async function unlessDamaged(store: () => Promise<void>, warn: (why: string) => void): Promise<void> {
  await store().catch((error: unknown) => {
    if (isStoreError(error)) throw error;
    warn((error as Error).message);
  });
}
