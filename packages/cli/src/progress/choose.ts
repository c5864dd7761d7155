import type { Plan, SweepEvent } from '@bbb/sweep';
import { printLine, say } from '../io/output.js';
import { isLive } from '../io/style.js';
import type { RunFlags } from '../options/run.js';
import { NO_DISPLAY, type Display } from './display.js';
import { liveDisplay } from './live.js';
import { plainDisplay } from './plain.js';

/** Live on a terminal, plain lines elsewhere, nothing when it is to be quiet. */
export function chooseDisplay(plan: Plan, { quiet, events }: Pick<RunFlags, 'quiet' | 'events'>): Display {
  // Events on the same terminal would tear what is redrawn.
  const torn = events === true && process.stdout.isTTY;
  if (quiet || torn) return NO_DISPLAY;
  return isLive(process.stderr) ? liveDisplay(plan, process.stderr) : plainDisplay(plan, say);
}

/** An event as a line of NDJSON on standard output. */
export function printEvent(event: SweepEvent): void {
  void printLine(event);
}
