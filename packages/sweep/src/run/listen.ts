import type { EpochMetrics, IndexPatch, PlannedTrial, TrialMessage } from '@bbb/core';
import type { Driving } from './drive-context.js';

/** Least time between two changes of the index for the progress of one trial, milliseconds. */
const INDEX_MS = 1000;

/** Passes the messages of a running trial to the index, the listeners and the scheduler. */
export function listenTo(
  { index, emit, scheduling, brake }: Driving,
  planned: PlannedTrial,
  attempt: number,
): (message: TrialMessage) => void {
  const { id, label, variant, seed, trial } = planned;
  const { epochs } = trial.training;
  let phaseAt = performance.now();
  let indexedAt = phaseAt;
  const beginPhase = (): Pick<IndexPatch, 'phaseShare' | 'phaseSeconds'> => {
    phaseAt = performance.now();
    indexedAt = phaseAt;
    return { phaseShare: 0, phaseSeconds: 0 };
  };
  const indexProgress = (share: number): void => {
    const now = performance.now();
    if (now - indexedAt < INDEX_MS) return;
    indexedAt = now;
    index.update(id, {
      phaseShare: Math.max(0, Math.min(1, share)),
      phaseSeconds: (now - phaseAt) / 1000,
    });
  };
  const decide = (metrics: EpochMetrics): void => {
    if (scheduling?.report(id, metrics, metrics.epoch === epochs)) brake.stop(id);
  };
  const hear = (message: TrialMessage): void => {
    switch (message.type) {
      case 'started': {
        const { resumedEpochs } = message;
        index.update(id, {
          state: 'running',
          attempts: attempt,
          epoch: resumedEpochs.length,
          ...beginPhase(),
        });
        emit({ type: 'trial-start', id, label, variant, seed, epochs, attempt, resumedEpochs });
        for (const metrics of resumedEpochs) decide(metrics);
        return;
      }
      case 'progress':
        indexProgress(message.progress.share);
        return emit({ type: 'progress', id, ...message.progress });
      case 'epoch': {
        const { epoch, validationError = null } = message.metrics;
        index.update(id, { epoch, validationError, ...beginPhase() });
        emit({ type: 'epoch', id, metrics: message.metrics });
        return decide(message.metrics);
      }
      case 'warning':
        return emit({ type: 'warning', code: message.code ?? 'W_DAMAGED', message: message.message, id });
    }
  };
  return (message) => brake.safely(() => hear(message));
}
