/** Divides threads among the trials under way. */
export interface ThreadShares {
  /** Most threads that a trial is ever given. */
  readonly most: number;
  /**
   * A trial more. `give` is called at once, and whenever its share changes, with how many threads it has.
   * @returns call it when the trial is over
   */
  add(give: (threads: number) => void): () => void;
}

/**
 * Every trial has at least one thread. What is left of `total` goes to them in equal parts, the first ones having one more where it does not
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
      // An object of its own for each trial, should two of them give alike.
      const own = (threads: number): void => give(threads);
      running.add(own);
      divide();
      return () => {
        if (running.delete(own) && running.size > 0) divide();
      };
    },
  };
}
