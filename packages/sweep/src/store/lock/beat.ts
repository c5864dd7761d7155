import { closeSync, constants, fstatSync, futimesSync, openSync, readFileSync } from 'node:fs';

/*
 * This file imports modules of Node alone, so that the heartbeat thread starts in milliseconds.
 */

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/**
 * Renews the date of a lock as a sign of life.
 * @param token the text of our own lock: another process's lock is left alone
 * @param before the last date, milliseconds
 * @returns the new date, milliseconds, or `lost` if another process has the lock. A file that can't be reached is not lost: it may come back.
 */
function beat(path: string, token: string, before: number): number | 'lost' {
  // The date must change even if the clock was set back.
  const sign = Math.max(Date.now(), before + 1);
  try {
    const file = openSync(path, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) return before;
      if (!readFileSync(file, 'utf8').includes(token)) return 'lost';
      futimesSync(file, sign / 1000, sign / 1000);
    } finally {
      closeSync(file);
    }
  } catch {
    return before;
  }
  return sign;
}

/** Renews the date until the lock is lost. @returns a function that stops it */
export function keepBeating(path: string, token: string, everyMs: number, onLost: () => void): () => void {
  let last = 0;
  const timer = setInterval(() => {
    const sign = beat(path, token, last);
    if (sign !== 'lost') {
      last = sign;
      return;
    }
    clearInterval(timer);
    onLost();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
