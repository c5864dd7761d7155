import { closeSync, constants, fstatSync, futimesSync, openSync, readFileSync } from 'node:fs';

/*
 * Only modules of Node here: a thread that does nothing but this loads in milliseconds.
 */

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/**
 * Leaves a sign of life: a new date on a lock.
 * @param token what the lock has to say: another's is left alone
 * @param before the last sign, milliseconds
 * @returns the new sign, or `lost` where the lock is another's. What can't be reached just now may be there again later.
 */
export function beat(path: string, token: string, before: number): number | 'lost' {
  // What counts is that it differs, also where the clock was set back.
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

/** Beats until the lock is lost. @returns ends it */
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
