/** Commits under way: the next trial does not wait for them, until too many wait for the disk. */
export interface Commits {
  /** Resolves when there is room for another. */
  add(commit: Promise<void>): Promise<void>;
  /** Resolves when none is under way. */
  all(): Promise<void>;
}

/** @param onError told of a commit that fails */
export function pendingCommits(most: number, onError: (error: unknown) => void): Commits {
  const underWay = new Set<Promise<void>>();
  return {
    async add(commit) {
      const pending = commit.catch(onError).finally(() => underWay.delete(pending));
      underWay.add(pending);
      if (underWay.size >= most) await Promise.race(underWay);
    },
    async all() {
      await Promise.all(underWay);
    },
  };
}
