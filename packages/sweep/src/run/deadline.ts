/** Time is counted in steps of so many milliseconds. */
const STEP_MS = 1000;

/**
 * Calls back once, after so many seconds in which this process ran: a step that takes far longer than it should was a pause
 * (Ctrl-Z, a machine that sleeps), and counts as two.
 * @returns ends it
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
