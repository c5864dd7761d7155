import type { DatasetProgress } from '@bbb/core';
import { createLogUpdate } from 'log-update';
import { plainText } from '../io/plain-text.js';
import { isLive } from '../io/style.js';
import { barText } from './bar.js';

export interface LoadProgress {
  readonly onProgress: (progress: DatasetProgress) => void;
  /** Takes the line away. */
  readonly close: () => void;
}

export const NO_PROGRESS: LoadProgress = { onProgress: () => undefined, close: () => undefined };

/** Milliseconds between redraws, and before the first one: most loads are over by then. */
const REFRESH = 100;

/** How far a slow load is, on one line of a terminal; nothing where there is none. */
export function loadProgress(stream: NodeJS.WriteStream): LoadProgress {
  if (!isLive(stream)) return NO_PROGRESS;
  const log = createLogUpdate(stream, { showCursor: true });
  let drawn = performance.now();
  return {
    onProgress({ what, done, total }) {
      if (performance.now() - drawn < REFRESH) return;
      drawn = performance.now();
      log(plainText(`${barText(done / total)} ${done} of ${total} ${what}`));
    },
    close: () => log.clear(),
  };
}
