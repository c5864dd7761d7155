import { Word } from './protocol.js';

/** Looks at the others before this thread sleeps: parts are about equal, so the last ones end soon. */
const LOOKS = 2000;
/** A part takes milliseconds: from here on it is worth to ask whether the others are still there. */
const SLICE = 50;
/** A thread that has not done its part after so many slices in which this process ran, a minute, is gone, whatever it says of itself. */
const PATIENCE = 1200;

/** The main thread of a page must not sleep. */
const mayWait = typeof document === 'undefined';

/**
 * Returns when no other thread works any more. One that ended in the middle of its part would never say so.
 *
 * @param hasEnded whether some thread has ended: asked only after a part has taken long
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

/** Whether all others have done their parts after so many milliseconds at most. */
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
