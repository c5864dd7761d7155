import type { EpochMetrics, PlannedTrial, TrialMessage } from '@bbb/core';
import type { Driving } from './drive-context.js';

/** Passes the messages of a running trial to the index, the listeners and the scheduler. */
export function listenTo(
  { index, emit, scheduling, brake }: Driving,
  planned: PlannedTrial,
  attempt: number,
): (message: TrialMessage) => void {
  const { id, label, variant, seed, trial } = planned;
  const { epochs } = trial.training;
  const decide = (metrics: EpochMetrics): void => {
    if (scheduling?.report(id, metrics, metrics.epoch === epochs)) brake.stop(id);
  };
  const hear = (message: TrialMessage): void => {
    switch (message.type) {
      case 'started': {
        const { resumedEpochs } = message;
        index.update(id, { state: 'running', attempts: attempt, epoch: resumedEpochs.length });
        emit({ type: 'trial-start', id, label, variant, seed, epochs, attempt, resumedEpochs });
        for (const metrics of resumedEpochs) decide(metrics);
        return;
      }
      case 'progress':
        return emit({ type: 'progress', id, ...message.progress });
      case 'epoch': {
        const { epoch, validationError = null } = message.metrics;
        index.update(id, { epoch, validationError });
        emit({ type: 'epoch', id, metrics: message.metrics });
        return decide(message.metrics);
      }
      case 'warning':
        return emit({ type: 'warning', code: message.code ?? 'W_DAMAGED', message: message.message, id });
    }
  };
  return (message) => brake.safely(() => hear(message));
}
