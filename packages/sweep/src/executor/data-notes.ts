import type { Datasets } from '@bbb/core';
import type { Warn } from '../store/open.js';

/** Says what was done to files that are not quite what a data set is: labels from 1 that became classes from 0, ... */
export function tellNotes(datasets: Datasets, warn: Warn): void {
  const notes = Object.values(datasets).flatMap(({ notes: own = [] }) => own);
  for (const note of new Set(notes)) warn('I_DATA', note);
}
