import type { EpochMetrics, TrialMessage } from '@bbb/core';

/** Passes on what hosts say about one trial, and its epochs without a gap, since a scheduler needs them in order. */
export interface Relay {
  /** The trial runs from these epochs on. */
  started(epochs: readonly EpochMetrics[]): void;
  /** Passes on a message. An epoch that arrives before its predecessors is left out: {@link missing} brings it. */
  message(message: TrialMessage): void;
  /** Passes on the epochs that are new, of all epochs so far. A checkpoint, or the end of the trial, brings them. */
  missing(epochs: readonly EpochMetrics[]): void;
}

export function relayOf(onMessage: (message: TrialMessage) => void): Relay {
  /** How many epochs were passed on, from the first one without a gap. */
  let heard = 0;
  return {
    started(epochs) {
      heard = epochs.length;
      onMessage({ type: 'started', resumedEpochs: epochs });
    },
    message(message) {
      if (message.type === 'epoch' && message.metrics.epoch > heard + 1) return;
      for (const { epoch } of epochsIn(message)) heard = Math.max(heard, epoch);
      onMessage(message);
    },
    missing(epochs) {
      for (const metrics of epochs.slice(heard)) {
        heard = metrics.epoch;
        onMessage({ type: 'epoch', metrics });
      }
    },
  };
}

/** The epochs that a message tells of. */
export function epochsIn(message: TrialMessage | undefined): readonly EpochMetrics[] {
  if (message?.type === 'epoch') return [message.metrics];
  return message?.type === 'started' ? message.resumedEpochs : [];
}
