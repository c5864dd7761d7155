/** Divides threads among the trials under way. */
export interface ThreadShares {
  /** Most threads that a trial is ever given. */
  readonly most: number;
  /**
   * Adds a trial. Calls `give` with its number of threads, at once and whenever that number changes.
   * @returns call it when the trial is over
   */
  add(give: (threads: number) => void): () => void;
}

/**
 * Every trial has at least one thread. The rest of `total` is divided equally, and the first trials get one more if it does not
 * divide: the last 3 trials on 8 cores get 3, 3 and 2.
 */
export function threadShares(total: number): ThreadShares {
  const running = new Set<(threads: number) => void>();
  const divide = (): void => {
    const each = Math.max(1, Math.floor(total / running.size));
    let left = Math.max(0, total - each * running.size);
    for (const give of running) give(left-- > 0 ? each + 1 : each);
  };
  return {
    most: Math.max(1, total),
    add(give) {
      // Each trial needs a function of its own, because two trials may pass the same `give`.
      const own = (threads: number): void => give(threads);
      running.add(own);
      divide();
      return () => {
        if (running.delete(own) && running.size > 0) divide();
      };
    },
  };
}
