import type { EpochMetrics, TrialMessage } from '@bbb/core';

/** Passes on what hosts say about one trial, and its epochs without a gap, since a scheduler needs them in order. */
export interface Relay {
  /** Reports that the trial has started, and which epochs it has already. */
  started(epochs: readonly EpochMetrics[]): void;
  /** Passes on a message. An epoch that arrives before its predecessors is left out: {@link missing} passes it on later. */
  message(message: TrialMessage): void;
  /** Takes all epochs so far, and passes on those that are new. It is called with the epochs of a checkpoint, or of a trial that is done. */
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

/** The epochs that a message contains. */
export function epochsIn(message: TrialMessage | undefined): readonly EpochMetrics[] {
  if (message?.type === 'epoch') return [message.metrics];
  return message?.type === 'started' ? message.resumedEpochs : [];
}
