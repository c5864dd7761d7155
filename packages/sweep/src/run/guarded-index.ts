import { storeError } from '../store/errors.js';
import { normalise } from '../store/index/rebuild.js';
import type { IndexPatch, TrialIndex } from '../store/index/trial-index.js';

/** The index as a sweep uses it: when it breaks, the sweep goes on without. */
export interface GuardedIndex {
  /** @throws BbbError `E_DISK_FULL` */
  update(id: string, patch: IndexPatch): void;
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
  return {
    update(id, patch) {
      try {
        open?.update(id, patch);
      } catch (error) {
        const known = storeError('update the index', normalise(error));
        if ((known as { code?: unknown }).code === 'E_DISK_FULL') throw known;
        close();
        warn('W_INDEX', `The index failed and is left out until the next start: ${(error as Error).message}`);
      }
    },
    close,
  };
}
