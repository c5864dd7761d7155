import { setTimeout as sleep } from 'node:timers/promises';
import { findLock, type FoundLock } from './owner.js';

/** An owner that misses this many heartbeats is gone. */
const BEATS = 10;

export const patienceMs = (beatMs: number): number => BEATS * beatMs;

/**
 * Watches the date of a lock until it changes or too many heartbeats are missed. Clocks of two machines differ, so only changes count,
 * and time is measured here.
 * @returns `alive` at the first heartbeat, `gone` when there is none, `changed` when it is another lock by now
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
    // A long pause (Ctrl-Z, sleep) stopped the owner as well, so it counts as two steps at most.
    waited += Math.min(now - before, 2 * stepMs);
    before = now;
    const seen = await findLock(path);
    if (seen?.text !== found.text) return 'changed';
    if (seen.mark !== found.mark) return 'alive';
  }
  return 'gone';
}
