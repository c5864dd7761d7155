import { errorText, keptEpoch, type SweepEvent } from '@bbb/core';
import type { Display } from './display.js';
import { formatDuration } from './duration.js';
import { nameOf, totalLine } from './lines.js';
import { noteOf } from './notes.js';
import { initialState, reduce, type Trials } from './reduce.js';
import type { ProgressState } from './state.js';

/** Seconds between two reports of a trial's epochs, at least. */
const EVERY = 10;

/** Prints line after line, for logs: the progress of trials now and then, and the end of each. */
export function plainDisplay(
  plan: Trials,
  write: (line: string) => void,
  now: () => number = () => performance.now() / 1000,
): Display {
  let state = initialState(plan, now());
  const reported = new Map<string, number>();
  const due = (id: string): boolean => {
    const time = now();
    const last = reported.get(id) ?? state.running.get(id)?.startedAt ?? time;
    if (time - last < EVERY) return false;
    reported.set(id, time);
    return true;
  };
  return {
    onEvent(event) {
      state = reduce(state, event, now());
      const line = lineOf(event, state, now(), due) ?? noteOf(event);
      if (line !== undefined) write(line);
    },
    close: () => undefined,
  };
}

function validationText({ headline }: ProgressState, error: number): string {
  return `validation ${headline.error} ${errorText(headline, error)}`;
}

function lineOf(
  event: SweepEvent,
  after: ProgressState,
  now: number,
  due: (id: string) => boolean,
): string | undefined {
  switch (event.type) {
    case 'epoch': {
      const trial = after.running.get(event.id);
      if (!trial || !due(event.id)) return undefined;
      const { epoch, trainNll, validationError } = event.metrics;
      return [
        `${nameOf(trial)} seed ${trial.seed}`,
        `epoch ${epoch}/${trial.epochs}`,
        `loss ${trainNll.toFixed(3)}`,
        ...(validationError === undefined ? [] : [validationText(after, validationError)]),
      ].join(', ');
    }
    case 'trial-done': {
      const { epochs, trial } = event.result;
      const error = keptEpoch(epochs, trial.select)?.validationError;
      return [
        `${nameOf(event)} seed ${event.seed} done in ${formatDuration(event.seconds)}`,
        ...(error === undefined ? [] : [validationText(after, error)]),
        totalLine(after, now),
      ].join(', ');
    }
    default:
      return undefined;
  }
}
