/** Results that are being written. The next trial does not wait for them, unless too many wait for the disk. */
export interface Commits {
  /** Resolves when another commit may be added. */
  add(commit: Promise<void>): Promise<void>;
  /** Resolves when all results are written. */
  all(): Promise<void>;
}

/** @param onError called with the error of a commit that fails */
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
