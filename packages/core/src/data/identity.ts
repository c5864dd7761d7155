import { contentId } from '../trial/id.js';
import type { SweepDataset } from '../sweep/sweep-data.js';

/** Twelve hexadecimal digits that stand for all files of a data set: a hash of what was read, whatever it is called. */
export function dataId(sha256: Readonly<Record<string, string>>): string {
  return contentId(sha256).slice(0, 12);
}

/** What a data set is called and which one it is: `mnist (SHA-256 1a2b3c4d5e6f)`. */
export function datasetText({ name, sha256 }: Pick<SweepDataset, 'name' | 'sha256'>): string {
  return `${name} (${sha256 ? `SHA-256 ${dataId(sha256)}` : 'which files is not known'})`;
}

/** The data sets of a sweep in one line. */
export function datasetsText(datasets: readonly SweepDataset[]): string {
  return datasets
    .map((dataset) => `${dataset.role === 'main' ? '' : 'out-of-distribution: '}${datasetText(dataset)}`)
    .join(', ');
}
