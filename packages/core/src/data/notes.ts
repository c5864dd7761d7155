import type { Datasets } from '../sweep/executor.js';

/**
 * The notes of all data sets, each note once: how data differ from what was read.
 * @param datasets all data sets of a sweep
 */
export function notesOf(datasets: Datasets): string[] {
  return [...new Set(Object.values(datasets).flatMap(({ notes = [] }) => notes))];
}
