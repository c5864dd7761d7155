import type { IndexPatch, IndexRow, TrialIndex } from '@bbb/core';

/** The index of a running sweep. No trial waits for it, and if the index fails, the sweep goes on without it. */
export interface GuardedIndex {
  update(id: string, patch: IndexPatch): void;
  add(rows: readonly IndexRow[]): void;
  /** Writes the changes that are left. */
  close(): Promise<void>;
}

/** How long changes are gathered before they are written in one transaction, milliseconds. */
const GATHER_MS = 100;

/** @param index undefined for none */
export function guardIndex(
  index: TrialIndex | undefined,
  warn: (code: string, message: string) => void,
): GuardedIndex {
  let open = index;
  let added: IndexRow[] = [];
  // Only the last state of a row is written, so that a slow index can't build up a queue.
  let changed = new Map<string, IndexPatch>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing = Promise.resolve();

  const write = async (): Promise<void> => {
    const rows = added;
    const changes = [...changed].map(([id, patch]) => ({ id, ...patch }));
    added = [];
    changed = new Map();
    try {
      if (rows.length > 0) await open?.add(rows);
      if (changes.length > 0) await open?.update(changes);
    } catch (error) {
      const broken = open;
      open = undefined;
      await closeQuietly(broken);
      try {
        warn('W_INDEX', `The index failed and is not used until the next start: ${(error as Error).message}`);
      } catch {
        // A listener that throws here will throw again at the next event, and that event can end the sweep in order.
      }
    }
  };
  const soon = (): void => {
    timer ??= setTimeout(() => {
      writing = writing.then(async () => {
        timer = undefined;
        await write();
      });
    }, GATHER_MS);
  };
  return {
    update(id, patch) {
      if (!open) return;
      changed.set(id, { ...changed.get(id), ...patch });
      soon();
    },
    add(rows) {
      if (!open) return;
      added.push(...rows);
      soon();
    },
    async close() {
      clearTimeout(timer);
      await writing;
      await write();
      await closeQuietly(open);
      open = undefined;
    },
  };
}

async function closeQuietly(index: TrialIndex | undefined): Promise<void> {
  try {
    await index?.close();
  } catch {
    // The index is rebuilt from the folders at the next start.
  }
}
