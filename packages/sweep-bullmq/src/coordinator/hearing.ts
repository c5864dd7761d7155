import type { EpochMetrics, TrialMessage } from '@bbb/core';
import { isStoreError } from '@bbb/sweep/host';
import type { HostMessage } from '../protocol.js';
import { acceptProgress, type Arrival } from './accept.js';

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
  /** Passes nothing on from here. */
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
  let lease: string | undefined;
  /** How many epochs were passed on, from the first one without a gap. */
  let heard = 0;
  let closed = false;
  let told = Promise.resolve();

  const inOrder = (work: () => unknown): void => {
    told = told.then(async () => void (closed || (await work())));
    told.catch(broken);
  };
  const warn = (message: string, code?: string): void =>
    inOrder(() => onMessage({ type: 'warning', message, ...(code === undefined ? {} : { code }) }));

  /**
   * Passes on the epochs that are new. A scheduler needs them in order, so an epoch that arrives before its predecessors waits until a
   * checkpoint, or the end of the trial, brings those.
   */
  const passOn = (epochs: readonly EpochMetrics[]): void => {
    for (const metrics of epochs.slice(heard)) {
      heard = metrics.epoch;
      onMessage({ type: 'epoch', metrics });
    }
  };

  /** Whether the message comes from the host that has the trial: hosts that were given up are ignored. */
  const listensTo = ({ lease: from, host, message }: HostMessage): boolean => {
    if (from === lease) return true;
    if (lease !== undefined) {
      if (message?.type !== 'started') return false;
      warn(`The host that had ${name} was lost; ${host} goes on with it.`, 'W_LEASE');
    } else if (message?.type !== 'started') {
      // The trial started before this process did.
      inOrder(async () => {
        const resumedEpochs = await log.epochs();
        heard = resumedEpochs.length;
        onMessage({ type: 'started', resumedEpochs });
      });
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
      // A damaged file only costs a warning, because the host sends another one later. A full disk ends the sweep.
      const store = (what: string, work: () => Promise<void>): void =>
        inOrder(() =>
          work().catch((error: unknown) => {
            if (isStoreError(error)) throw error;
            warn(`${what} of ${name} from ${host} was not kept: ${(error as Error).message}`);
          }),
        );
      const epochs =
        message?.type === 'epoch'
          ? [message.metrics]
          : message?.type === 'started'
            ? message.resumedEpochs
            : [];
      for (const metrics of epochs) store('An epoch', () => log.add(metrics));
      if (message) {
        inOrder(() => {
          if (message.type === 'epoch' && message.metrics.epoch > heard + 1) return;
          for (const { epoch } of epochs) heard = Math.max(heard, epoch);
          onMessage(message);
        });
      }
      if (stored) {
        store('A checkpoint', () => acceptProgress(arrival, stored));
        inOrder(async () => passOn(await log.epochs()));
      }
    },
    warn,
    done: () => told,
    complete(epochs) {
      if (closed) return;
      // The host finished the trial while no coordinator was running.
      if (lease === undefined) onMessage({ type: 'started', resumedEpochs: epochs });
      else passOn(epochs);
    },
    close: () => void (closed = true),
  };
}
