import { createLogUpdate } from 'log-update';
import { plainText } from '../io/plain-text.js';
import { isLive } from '../io/style.js';
import { barText } from './bar.js';
import { formatDuration } from './duration.js';

/**
 * Begins a step of a command that may take long, and gives the function that is told which share of it is done, in [0, 1]. Not told: nobody
 * knows the share.
 */
export type Steps = (what: string) => (share: number) => void;

export interface WorkProgress {
  readonly step: Steps;
  /** Takes the line away. */
  readonly close: () => void;
}

export const NO_STEPS: Steps = () => () => undefined;

/** Milliseconds between redraws. */
const REFRESH = 100;
/** Seconds between the lines of a log, and before the first one: most commands are over by then. */
const EVERY = 10;

/**
 * How far a command is that computes without a pause: on one line of a terminal, which is redrawn; in a log, as a line now and then.
 * @param now seconds
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
      // What follows may block for as long as it takes: nothing could be drawn then.
      if (log) draw(stepText(what));
      return (share) => {
        if (now() - drawn >= every) draw(stepText(what, share, now() - began));
      };
    },
    close: () => log?.clear(),
  };
}

/** A share below it, and a time, tell no pace. */
const [ENOUGH, LONG] = [0.02, 1];

/** `[######..............] 31 % of measuring, about 7s left`; the name of the step alone while nothing is known. */
export function stepText(what: string, share?: number, seconds = 0): string {
  if (share === undefined) return `${what} ...`;
  const left = seconds >= LONG && share >= ENOUGH ? (seconds * (1 - share)) / share : undefined;
  const end = left === undefined || left === 0 ? '' : `, about ${formatDuration(left)} left`;
  return `${barText(share)} ${Math.floor(100 * Math.min(1, share))} % of ${what}${end}`;
}
