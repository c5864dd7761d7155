import { storeError } from '../store/errors.js';
import { normalise } from '../store/index/rebuild.js';
import type { IndexPatch, IndexRow, TrialIndex } from '../store/index/trial-index.js';

/** The index as a sweep uses it: when it breaks, the sweep goes on without. */
export interface GuardedIndex {
  /** @throws BbbError `E_DISK_FULL` */
  update(id: string, patch: IndexPatch): void;
  /** @throws BbbError `E_DISK_FULL` */
  add(rows: readonly IndexRow[]): void;
  close(): void;
}

export function guardIndex(
  index: TrialIndex | undefined,
  warn: (code: string, message: string) => void,
): GuardedIndex {
  let open = index;
  const close = (): void => {
    try {
      open?.close();
    } catch {
      // It is rebuilt from the folders in any case.
    }
    open = undefined;
  };
  const guarded = (use: (index: TrialIndex) => void): void => {
    try {
      if (open) use(open);
    } catch (error) {
      const known = storeError('update the index', normalise(error));
      if ((known as { code?: unknown }).code === 'E_DISK_FULL') throw known;
      close();
      warn('W_INDEX', `The index failed and is left out until the next start: ${(error as Error).message}`);
    }
  };
  return {
    update: (id, patch) => guarded((into) => into.update(id, patch)),
    add: (rows) => guarded((into) => into.add(rows)),
    close,
  };
}
