import { setTimeout as sleep } from 'node:timers/promises';
import { findLock, type FoundLock } from './owner.js';

/** An owner that has left no sign of life for so many of its heartbeats is gone. */
const BEATS = 10;

export const patienceMs = (beatMs: number): number => BEATS * beatMs;

/**
 * Watches the date of a lock for as long as it may stay the same. Clocks of two machines differ: so only changes count,
 * and time is measured here.
 * @returns `alive` at the first heartbeat; `gone` after none; `changed` when the lock is not the same any more
 */
export async function watchLock(
  path: string,
  found: FoundLock,
  beatMs: number,
): Promise<'alive' | 'gone' | 'changed'> {
  const stepMs = beatMs / 4;
  let waited = 0;
  let before = performance.now();
  while (waited < patienceMs(beatMs)) {
    await sleep(stepMs);
    const now = performance.now();
    // If everything stood still, the owner did too: that is no time in which it could have been heard.
    waited += Math.min(now - before, 2 * stepMs);
    before = now;
    const seen = await findLock(path);
    if (seen?.text !== found.text) return 'changed';
    if (seen.mark !== found.mark) return 'alive';
  }
  return 'gone';
}
