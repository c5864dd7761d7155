import { basename, dirname } from 'node:path';
import type { Dataset, FileRole, LabelledImages } from './dataset.js';
import { DataError } from './errors.js';
import { findFiles, requireAll } from './files.js';
import { knownSet, type KnownSet } from './known.js';
import { readIdx, type IdxFile } from './read.js';
import { pixelStatistics } from './statistics.js';
import { verifyFile } from './verify.js';

export interface FolderOptions {
  /** How the data set is called. */
  readonly name: string;
  /** Number of classes. Default: that of the published set, else the largest label plus one. */
  readonly classes?: number | undefined;
  /** Check every file against the hashes of this published set. Default: the one of that name, if there is one. */
  readonly set?: KnownSet | undefined;
}

/**
 * Loads a folder of four IDX files, gzipped or not, into shared memory.
 *
 * @throws DataError `E_DATA_MISSING`, `E_DATA_UNREADABLE`, `E_DATA_AMBIGUOUS`, `E_DATA_IDX_*`, `E_DATA_GZIP`,
 *   `E_DATA_SHAPE`, `E_DATA_COUNT`, `E_DATA_LABEL`, `E_DATA_HASH`, `E_DATA_MISLABELLED`
 */
export async function loadFolder(
  dir: string,
  { name, classes, set = knownSet(name) }: FolderOptions,
): Promise<Dataset> {
  const paths = requireAll(await findFiles(dir), dir);
  const read = async (role: FileRole): Promise<IdxFile> => {
    const file = await readIdx(paths[role]);
    if (set) verifyFile(set, role, file.sha256, paths[role]);
    return file;
  };
  // The smallest files first: a wrong folder is found out at once.
  const testLabels = await read('t10k-labels');
  const testImages = await read('t10k-images');
  const trainLabels = await read('train-labels');
  const trainImages = await read('train-images');
  const files = {
    'train-images': trainImages,
    'train-labels': trainLabels,
    't10k-images': testImages,
    't10k-labels': testLabels,
  };
  return assemble(dir, name, classes ?? set?.classes, paths, files);
}

function assemble(
  source: string,
  name: string,
  classes: number | undefined,
  paths: Readonly<Record<FileRole, string>>,
  files: Readonly<Record<FileRole, IdxFile>>,
): Dataset {
  const size = imageSize(files['train-images'], paths['train-images']);
  const testSize = imageSize(files['t10k-images'], paths['t10k-images']);
  if (size.join() !== testSize.join()) {
    throw new DataError(
      'E_DATA_SHAPE',
      `Images of ${basename(paths['train-images'])} are ${size.join(' x ')}, those of ${basename(paths['t10k-images'])} ${testSize.join(' x ')} pixels.`,
      { hint: `The files in ${dirname(paths['train-images'])} do not belong together.` },
    );
  }
  const train = labelled(files, paths, 'train');
  const test = labelled(files, paths, 't10k');
  const largest = (labels: Uint8Array): number => labels.reduce((max, label) => Math.max(max, label), 0);
  const count = classes ?? Math.max(largest(train.labels), largest(test.labels)) + 1;
  checkLabels(train.labels, count, paths['train-labels']);
  checkLabels(test.labels, count, paths['t10k-labels']);
  const [rows, cols] = size;
  const sha256 = {
    'train-images': files['train-images'].sha256,
    'train-labels': files['train-labels'].sha256,
    't10k-images': files['t10k-images'].sha256,
    't10k-labels': files['t10k-labels'].sha256,
  };
  return { name, rows, cols, classes: count, train, test, sha256, ...pixelStatistics(train.images), source };
}

function imageSize({ shape }: IdxFile, path: string): [rows: number, cols: number] {
  const [count, rows, cols] = shape;
  if (shape.length !== 3 || !count || !rows || !cols) {
    throw new DataError(
      'E_DATA_SHAPE',
      `${path} has shape [${shape.join(', ')}]; images are [count, rows, cols], none of them 0.`,
      { hint: 'Is it a label file under the name of an image file?' },
    );
  }
  return [rows, cols];
}

function labelled(
  files: Readonly<Record<FileRole, IdxFile>>,
  paths: Readonly<Record<FileRole, string>>,
  split: 'train' | 't10k',
): LabelledImages {
  const images = files[`${split}-images`];
  const labels = files[`${split}-labels`];
  if (labels.shape.length !== 1) {
    throw new DataError(
      'E_DATA_SHAPE',
      `${paths[`${split}-labels`]} has shape [${labels.shape.join(', ')}]; labels are [count].`,
      { hint: 'Is it an image file under the name of a label file?' },
    );
  }
  const count = images.shape[0]!;
  if (labels.data.length !== count) {
    throw new DataError(
      'E_DATA_COUNT',
      `${paths[`${split}-images`]} has ${count} images, ${paths[`${split}-labels`]} has ${labels.data.length} labels.`,
      { hint: 'The two files do not belong together: fetch both again.' },
    );
  }
  return { images: images.data, labels: labels.data, count };
}

function checkLabels(labels: Uint8Array, classes: number, path: string): void {
  const bad = labels.findIndex((label) => label >= classes);
  if (bad >= 0) {
    throw new DataError(
      'E_DATA_LABEL',
      `${path} has label ${labels[bad]} at position ${bad}; with ${classes} classes labels are 0 to ${classes - 1}.`,
      { hint: 'Correct the file or the number of classes.' },
    );
  }
}
