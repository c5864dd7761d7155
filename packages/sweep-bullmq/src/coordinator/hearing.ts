import type { EpochMetrics, TrialMessage } from '@bbb/core';
import { isStoreError } from '@bbb/sweep/host';
import type { HostMessage } from '../protocol.js';
import { acceptProgress, type Arrival } from './accept.js';

/** What hosts say of a trial under way: stored, then passed on, one after the other. */
export interface Hearing {
  /** Whether a host has been heard. */
  readonly begun: boolean;
  hear(message: HostMessage): void;
  /** Whether something that makes no sense is from the host that has the trial, and not from one that was given up. */
  mayBeFrom(said: unknown): boolean;
  warn(message: string, code?: string): void;
  /** Everything said so far has been dealt with. @throws what kept it from being stored */
  done(): Promise<void>;
  /** Passes on all epochs of a trial that is done. */
  complete(this: void, epochs: readonly EpochMetrics[]): void;
  /** Nothing is passed on any more. */
  close(): void;
}

/**
 * @param name of the trial, for people
 * @param broken told what no trial can go on with: the disk is full
 */
export function hearingOf(
  arrival: Arrival,
  name: string,
  onMessage: (message: TrialMessage) => void,
  broken: (error: unknown) => void,
): Hearing {
  const { log } = arrival;
  let lease: string | undefined;
  /** Epochs that were passed on, from the first one on without a gap. */
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
   * Passes on the epochs that have not been, of all from the first one on. What a scheduler decides depends on their order: one that
   * comes after others that nobody heard of waits until a checkpoint, or the end, brings those along.
   */
  const passOn = (epochs: readonly EpochMetrics[]): void => {
    for (const metrics of epochs.slice(heard)) {
      heard = metrics.epoch;
      onMessage({ type: 'epoch', metrics });
    }
  };

  /** Whether this host is the one to listen to: one that was given up is heard no more. */
  const listensTo = ({ lease: from, host, message }: HostMessage): boolean => {
    if (from === lease) return true;
    if (lease !== undefined) {
      if (message?.type !== 'started') return false;
      warn(`The host that had ${name} was lost; ${host} goes on with it.`, 'W_LEASE');
    } else if (message?.type !== 'started') {
      // It started before this process did.
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
      // What arrived damaged is sent again, by and by; a disk that is full stays full.
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
      // It went on while nobody listened.
      if (lease === undefined) onMessage({ type: 'started', resumedEpochs: epochs });
      else passOn(epochs);
    },
    close: () => void (closed = true),
  };
}
