/** Time is counted in steps of this many milliseconds. */
const STEP_MS = 1000;

/**
 * Calls `expire` once, after this many seconds during which the process ran. A step that takes far too long was a pause (Ctrl-Z, a
 * machine that sleeps) and counts as two steps.
 * @returns a function that cancels it
 */
export function deadline(seconds: number, expire: () => void): () => void {
  let left = seconds * 1000;
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    const step = Math.min(STEP_MS, left);
    const began = performance.now();
    timer = setTimeout(() => {
      left -= Math.min(performance.now() - began, 2 * step);
      if (left > 0) wait();
      else expire();
    }, step);
  };
  wait();
  return () => clearTimeout(timer);
}
