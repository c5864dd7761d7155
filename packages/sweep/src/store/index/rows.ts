import type { IndexRow, PlannedTrial } from '@bbb/core';
import type { TrialState } from '../scan.js';

/** The row of a trial that has not begun. */
export function initialRow({ id, label, variant, configuration, seed, trial }: PlannedTrial): IndexRow {
  return {
    id,
    label,
    variant,
    configuration,
    seed,
    state: 'waiting',
    attempts: 0,
    epoch: 0,
    epochs: trial.training.epochs,
    phaseShare: 0,
    phaseSeconds: 0,
    validationError: null,
    error: null,
    sha256: null,
  };
}

/** The row of a trial in this state. */
export function rowOf(planned: PlannedTrial, state: TrialState | undefined): IndexRow {
  const row = initialRow(planned);
  if (state === undefined) return row;
  const { attempts } = state;
  switch (state.state) {
    case 'open':
      return { ...row, attempts };
    case 'done': {
      const { epochs, validationError, sha256 } = state;
      return { ...row, attempts, state: 'done', epoch: epochs, validationError, sha256 };
    }
    case 'stopped-early':
      return { ...row, attempts, state: 'stopped-early', epoch: state.epochs };
    case 'failed': {
      const { kind, error } = state.failed;
      return {
        ...row,
        attempts,
        state: kind === 'diverged' ? 'diverged' : 'failed',
        error: error.message,
      };
    }
  }
}
