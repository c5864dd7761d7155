import { Word } from './protocol.js';

/** How often the leader looks whether the others are done before it sleeps. Parts take about equally long, so the last ones end soon. */
const LOOKS = 2000;
/** Milliseconds of waiting after which the leader asks whether the other threads still exist. A part takes a few milliseconds. */
const SLICE = 50;
/** Slices of waiting (a minute in which this process ran) after which a thread counts as ended, even if it seems to exist. */
const PATIENCE = 1200;

/** The main thread of a page must not sleep. */
const mayWait = typeof document === 'undefined';

/**
 * Waits until no other thread works. A thread that ended in the middle of its part is noticed by `hasEnded` or by the time limit.
 *
 * @param hasEnded whether some thread has ended; only called after a long wait
 * @returns why the parts are not all done, if they are not
 */
export function waitForOthers(words: Int32Array, hasEnded: () => boolean): string | undefined {
  for (let i = 0; i < LOOKS; i++) if (Atomics.load(words, Word.ACTIVE) === 0) return undefined;
  Atomics.store(words, Word.WAITING, 1);
  try {
    for (let slices = 0; slices < PATIENCE; slices++) {
      if (isOverWithin(words, SLICE)) return undefined;
      if (hasEnded()) return 'it ended in the middle of its part';
    }
    return 'it did not finish its part';
  } finally {
    Atomics.store(words, Word.WAITING, 0);
  }
}

/** Whether all others have done their parts. Waits at most this many milliseconds. */
function isOverWithin(words: Int32Array, milliseconds: number): boolean {
  const end = performance.now() + milliseconds;
  for (;;) {
    const active = Atomics.load(words, Word.ACTIVE);
    if (active === 0) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    if (mayWait) Atomics.wait(words, Word.ACTIVE, active, left);
  }
}
