import type { SweepEvent } from '@bbb/core';
import { createLogUpdate } from 'log-update';
import { plainText } from '../io/plain-text.js';
import type { Display } from './display.js';
import { progressLines, type Size } from './lines.js';
import { noteOf } from './notes.js';
import { initialState, reduce, type Trials } from './reduce.js';

/** Milliseconds between redraws. */
const REFRESH = 100;

/** Redraws a line for each running trial and one for the total, in place. */
export function liveDisplay(plan: Trials, stream: NodeJS.WriteStream): Display {
  // The cursor stays visible, because a process that dies could not show it again.
  const log = createLogUpdate(stream, { showCursor: true });
  const now = (): number => performance.now() / 1000;
  let state = initialState(plan, now());
  let drawn: readonly string[] = [];
  let width = sizeOf(stream).columns;

  const erase = (): void => {
    const { columns } = sizeOf(stream);
    if (columns < width) stream.write(eraseAbove(extraRows(drawn, columns)));
    width = columns;
  };
  const draw = (): void => {
    erase();
    drawn = progressLines(state, now(), sizeOf(stream));
    log(drawn.join('\n'));
  };
  const note = (text: string): void => {
    erase();
    log.clear();
    stream.write(`${plainText(text)}\n`);
    draw();
  };
  const timer = setInterval(draw, REFRESH);
  stream.on('resize', draw);
  return {
    onEvent(event: SweepEvent) {
      state = reduce(state, event, now());
      const text = noteOf(event);
      if (text !== undefined) note(text);
    },
    close() {
      clearInterval(timer);
      stream.off('resize', draw);
      draw();
      log.done();
    },
  };
}

function sizeOf(stream: NodeJS.WriteStream): Size {
  return { columns: stream.columns || 80, rows: stream.rows || 24 };
}

/** Number of rows that were added because a narrower terminal has wrapped the lines on the screen. */
export function extraRows(lines: readonly string[], columns: number): number {
  return lines.reduce((rows, line) => rows + Math.max(0, Math.ceil(line.length / columns) - 1), 0);
}

/** Erases this row and `rows` rows above it. */
function eraseAbove(rows: number): string {
  return `\u001B[2K${'\u001B[1A\u001B[2K'.repeat(rows)}`;
}
