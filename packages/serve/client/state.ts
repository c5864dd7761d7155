import type { Snapshot, TrialRow, Update } from '../src/protocol.js';
import { axesOf, type Axis } from './axes.js';
import { NO_FILTERS, passes, type Filters } from './filters.js';

/** Everything that the page draws. */
export interface View {
  readonly snapshot: Snapshot;
  readonly axes: readonly Axis[];
  readonly filters: Filters;
  /** Trials that pass the filters, in the order of the plan. */
  readonly visible: readonly TrialRow[];
}

export interface State {
  replace(snapshot: Snapshot): void;
  merge(update: Update): void;
  filter(change: (filters: Filters) => Filters): void;
}

/** @param draw called once for all changes of a frame */
export function createState(draw: (view: View) => void): State {
  let snapshot: Snapshot | undefined;
  let filters = NO_FILTERS;
  let asked = false;

  const changed = (): void => {
    if (asked || !snapshot) return;
    asked = true;
    // requestAnimationFrame does not run in a background page, but that page must be up to date when the reader returns.
    setTimeout(() => {
      asked = false;
      draw(viewOf(snapshot!, filters));
    });
  };
  return {
    replace(next) {
      snapshot = next;
      changed();
    },
    merge(update) {
      if (snapshot) snapshot = merged(snapshot, update);
      changed();
    },
    filter(change) {
      filters = change(filters);
      changed();
    },
  };
}

function viewOf(snapshot: Snapshot, filters: Filters): View {
  const axes = axesOf(snapshot);
  return { snapshot, axes, filters, visible: snapshot.trials.filter((row) => passes(row, filters, axes)) };
}

/** Merges an update into a snapshot. New trials are added at the end, as in the plan. */
export function merged(snapshot: Snapshot, { trials, ...rest }: Update): Snapshot {
  const changed = new Map(trials.map((row) => [row.id, row]));
  const kept = snapshot.trials.map((row) => {
    const next = changed.get(row.id);
    changed.delete(row.id);
    return next ?? row;
  });
  return { ...snapshot, ...rest, trials: [...kept, ...changed.values()] };
}
