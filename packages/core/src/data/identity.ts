import { contentId } from '../trial/id.js';
import type { SweepDataset } from '../sweep/sweep-data.js';

/**
 * Twelve hexadecimal digits that identify the contents of a data set: a hash of all its files, without their names.
 * @param sha256 hexadecimal SHA-256 of each file, by name
 */
export function dataId(sha256: Readonly<Record<string, string>>): string {
  return contentId(sha256).slice(0, 12);
}

/**
 * Name and identity of a data set: `mnist (SHA-256 1a2b3c4d5e6f)`.
 * @param dataset name and hashes
 */
export function datasetText({ name, sha256 }: Pick<SweepDataset, 'name' | 'sha256'>): string {
  return `${name} (${sha256 ? `SHA-256 ${dataId(sha256)}` : 'which files is not known'})`;
}

/**
 * The data sets of a sweep in one line.
 * @param datasets all data sets of a sweep
 */
export function datasetsText(datasets: readonly SweepDataset[]): string {
  return datasets
    .map((dataset) => `${dataset.role === 'main' ? '' : 'out-of-distribution: '}${datasetText(dataset)}`)
    .join(', ');
}
