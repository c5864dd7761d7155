import { basename, dirname, relative } from 'node:path';
import { classesOf, type SplitLabels } from './classes.js';
import type { Dataset, FileRole } from './dataset.js';
import { DataError } from './errors.js';
import { locateFiles, requireAll } from './files.js';
import { knownSet, type KnownSet } from './known.js';
import { labelsOf } from './labels.js';
import { imagesOf, type Images } from './pixels.js';
import { readArray, type ArrayFile } from './read.js';
import { looksTransposed, transposed } from './transpose.js';
import { verifyFile } from './verify.js';

export interface FolderOptions {
  /** Name of the data set. */
  readonly name: string;
  /**
   * Number of classes; labels are 0 to classes - 1. Default: that of the published set, else one for each label that
   * occurs: 26 for labels from 1 to 26.
   */
  readonly classes?: number | undefined;
  /** Prefix of the names of the set's files, if several sets are in the folder: `emnist-letters`, or its end, `letters`. */
  readonly prefix?: string | undefined;
  /** Exchange rows and columns of each image. EMNIST's are stored on their sides. */
  readonly transpose?: boolean | undefined;
  /** Check every file against the hashes of this published set. Default: the one of that name, if there is one. */
  readonly set?: KnownSet | undefined;
}

type ByRole<T> = Readonly<Record<FileRole, T>>;

/**
 * Loads a folder of four IDX files, gzipped or not, into shared memory. They may also be in a folder below
 * it, if only one folder has such files.
 *
 * @param folder its path
 * @param options the name of the set, how its labels and axes are read, and the hashes to check its files by
 * @throws DataError `E_DATA_MISSING`, `E_DATA_UNREADABLE`, `E_DATA_AMBIGUOUS`, `E_DATA_IDX_*`, `E_DATA_GZIP`,
 *   `E_DATA_SHAPE`, `E_DATA_COUNT`, `E_DATA_LABEL`, `E_DATA_PIXEL`, `E_DATA_HASH`, `E_DATA_MISLABELLED`
 */
export async function loadFolder(folder: string, options: FolderOptions): Promise<Dataset> {
  const { name, prefix, set = knownSet(name) } = options;
  const located = await locateFiles(folder, prefix);
  const dir = located?.dir ?? folder;
  const paths = await requireAll(located?.files, dir);
  const read = async (role: FileRole): Promise<ArrayFile> => {
    const file = await readArray(paths[role]);
    if (set) verifyFile(set, role, file.sha256, paths[role]);
    return file;
  };
  // Reads the smallest files first, so that a wrong folder is refused at once.
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
  const below = dir === folder ? [] : [`The files are those of ${relative(folder, dir)} in ${folder}.`];
  return assemble(dir, files, paths, { ...options, classes: options.classes ?? set?.classes }, below);
}

function assemble(
  source: string,
  files: ByRole<ArrayFile>,
  paths: ByRole<string>,
  { name, classes: asked, transpose }: FolderOptions,
  notes: readonly string[],
): Dataset {
  const about = (role: FileRole) => (note: string) => `${basename(paths[role])}: ${note}`;
  const images = (split: 'train' | 't10k'): Images =>
    imagesOf(files[`${split}-images`], paths[`${split}-images`]);
  // Labels are checked first, because it is easier to see that a label file is not one.
  const trainLabels = labelsOf(files['train-labels'], paths['train-labels']);
  const testLabels = labelsOf(files['t10k-labels'], paths['t10k-labels']);
  const [train, test] = [images('train'), images('t10k')];
  checkSizes(train, test, paths);
  checkCount(train, trainLabels.values, paths, 'train');
  checkCount(test, testLabels.values, paths, 't10k');
  const of = (role: FileRole, values: SplitLabels['values']): SplitLabels => ({
    values,
    source: paths[role],
  });
  const classes = classesOf(
    of('train-labels', trainLabels.values),
    of('t10k-labels', testLabels.values),
    asked,
  );
  const pixels = ({ pixels: upright, rows, cols }: Images): Uint8Array =>
    transpose ? transposed(upright, rows, cols) : upright;
  const { rows, cols } = train;
  const allNotes = [
    ...notes,
    ...train.notes.map(about('train-images')),
    ...test.notes.map(about('t10k-images')),
    ...trainLabels.notes.map(about('train-labels')),
    ...testLabels.notes.map(about('t10k-labels')),
    ...classes.notes.map((note) => `${name}: ${note}`),
    ...sideways(name, paths, { rows, cols, classes: classes.count }, transpose),
  ];
  return {
    name,
    rows: transpose ? cols : rows,
    cols: transpose ? rows : cols,
    classes: classes.count,
    train: { images: pixels(train), labels: classes.train, count: train.count },
    test: { images: pixels(test), labels: classes.test, count: test.count },
    sha256: {
      'train-images': files['train-images'].sha256,
      'train-labels': files['train-labels'].sha256,
      't10k-images': files['t10k-images'].sha256,
      't10k-labels': files['t10k-labels'].sha256,
    },
    source,
    ...(classes.labels ? { labels: classes.labels } : {}),
    ...(allNotes.length > 0 ? { notes: allNotes } : {}),
  };
}

/** What to type when images seem to lie on their sides and the option transpose was not given. */
function sideways(
  name: string,
  paths: ByRole<string>,
  size: Parameters<typeof looksTransposed>[1],
  transpose: boolean | undefined,
): string[] {
  const names = [name, ...Object.values(paths).map((path) => basename(path))];
  if (transpose !== undefined || !looksTransposed(names, size)) return [];
  return [
    `${name} looks like EMNIST, whose images are stored on their sides: --dataset-option transpose=true turns them upright (transpose=false: they are).`,
  ];
}

function checkSizes(train: Images, test: Images, paths: ByRole<string>): void {
  if (train.rows === test.rows && train.cols === test.cols) return;
  const size = ({ rows, cols }: Images): string => `${rows} x ${cols}`;
  throw new DataError(
    'E_DATA_SHAPE',
    `Images of ${basename(paths['train-images'])} are ${size(train)}, those of ${basename(paths['t10k-images'])} ${size(test)} pixels.`,
    { hint: `The files in ${dirname(paths['train-images'])} do not belong together.` },
  );
}

function checkCount(
  { count }: Images,
  labels: ArrayLike<number>,
  paths: ByRole<string>,
  split: 'train' | 't10k',
): void {
  if (labels.length === count) return;
  throw new DataError(
    'E_DATA_COUNT',
    `${paths[`${split}-images`]} has ${count} images, ${paths[`${split}-labels`]} has ${labels.length} labels.`,
    { hint: 'The two files do not belong together: fetch both again.' },
  );
}
