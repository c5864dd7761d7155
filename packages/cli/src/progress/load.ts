import type { DatasetProgress } from '@bbb/core';
import { createLogUpdate } from 'log-update';
import { plainText } from '../io/plain-text.js';
import { isLive } from '../io/style.js';
import { barText } from './bar.js';

export interface LoadProgress {
  readonly onProgress: (progress: DatasetProgress) => void;
  /** Removes the line. */
  readonly close: () => void;
}

export const NO_PROGRESS: LoadProgress = { onProgress: () => undefined, close: () => undefined };

/** Milliseconds between redraws, and before the first one: most loads take less. */
const REFRESH = 100;

/** Shows the progress of a slow load in one line of a terminal. Without a terminal it shows nothing. */
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
