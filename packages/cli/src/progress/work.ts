import { createLogUpdate } from 'log-update';
import { plainText } from '../io/plain-text.js';
import { isLive } from '../io/style.js';
import { barText } from './bar.js';
import { formatDuration } from './duration.js';

/**
 * Begins a step of a command that may take long. Returns a function to call with the share of the step that is done, in [0, 1]. If it is
 * never called, the share is unknown.
 */
export type Steps = (what: string) => (share: number) => void;

export interface WorkProgress {
  readonly step: Steps;
  /** Removes the line. */
  readonly close: () => void;
}

export const NO_STEPS: Steps = () => () => undefined;

/** Milliseconds between redraws. */
const REFRESH = 100;
/** Seconds between the lines of a log, and before the first one: most commands take less. */
const EVERY = 10;

/**
 * Shows the progress of a command that computes without a pause: in one line of a terminal, which is redrawn, or in a log, as a line now and then.
 * @param now a clock, seconds
 */
export function workProgress(
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = () => performance.now() / 1000,
): WorkProgress {
  const log = isLive(stream) ? createLogUpdate(stream, { showCursor: true }) : undefined;
  const every = log ? REFRESH / 1000 : EVERY;
  let drawn = now();
  const draw = (line: string): void => {
    drawn = now();
    if (log) log(plainText(line));
    else stream.write(`${plainText(line)}\n`);
  };
  return {
    step(what) {
      const began = now();
      // Draw now, because the step may block the thread, and nothing could be drawn then.
      if (log) draw(stepText(what));
      return (share) => {
        if (now() - drawn >= every) draw(stepText(what, share, now() - began));
      };
    },
    close: () => log?.clear(),
  };
}

/** The least share and the least time, seconds, from which the time left is estimated. */
const [ENOUGH, LONG] = [0.02, 1];

/** `[######..............] 31 % of measuring, about 7s left`. While the share is unknown, it is the name of the step alone. */
export function stepText(what: string, share?: number, seconds = 0): string {
  if (share === undefined) return `${what} ...`;
  const left = seconds >= LONG && share >= ENOUGH ? (seconds * (1 - share)) / share : undefined;
  const end = left === undefined || left === 0 ? '' : `, about ${formatDuration(left)} left`;
  return `${barText(share)} ${Math.floor(100 * Math.min(1, share))} % of ${what}${end}`;
}
