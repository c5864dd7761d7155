/** Runs pieces of work one after another, in the order in which they were added. */
export interface Line {
  add(work: () => unknown): void;
  /** Resolves when all work so far is done. @throws the first error; no work is done after it */
  done(): Promise<void>;
  /** Drops the work that has not begun. */
  close(): void;
  readonly closed: boolean;
}

/** @param broken called with the error of a piece of work */
export function lineOf(broken: (error: unknown) => void): Line {
  let closed = false;
  let last = Promise.resolve();
  return {
    add(work) {
      last = last.then(async () => void (closed || (await work())));
      last.catch(broken);
    },
    done: () => last,
    close: () => void (closed = true),
    get closed() {
      return closed;
    },
  };
}
