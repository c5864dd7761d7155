import type { Datasets } from '../sweep/executor.js';

/** What was done to files that are not quite what a data set is, a sentence each: labels from 1 that became classes from 0, ... */
export function notesOf(datasets: Datasets): string[] {
  return [...new Set(Object.values(datasets).flatMap(({ notes = [] }) => notes))];
}
