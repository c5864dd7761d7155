/** Remembers the last rounds in which an agent acted. The oldest round is forgotten first. */
export interface Memory {
  readonly count: number;
  add(row: number, action: number, reward: number): void;
  /** The remembered round with number `i`. */
  at(i: number): { readonly row: number; readonly action: number; readonly reward: number };
}

/** @param most number of rounds to keep */
export function memory(most: number): Memory {
  const rows = new Uint32Array(most);
  const actions = new Uint8Array(most);
  const rewards = new Float64Array(most);
  let added = 0;
  return {
    get count() {
      return Math.min(added, most);
    },
    add(row, action, reward) {
      const i = added++ % most;
      rows[i] = row;
      actions[i] = action;
      rewards[i] = reward;
    },
    at: (i) => ({ row: rows[i]!, action: actions[i]!, reward: rewards[i]! }),
  };
}
