import { basename, join, relative } from 'node:path';
import { FILE_ROLES, type FileRole } from '../dataset.js';
import { DataError } from '../errors.js';
import { filesBySuffix, holdsFiles, locateFiles, requireAll } from '../files.js';
import { knownSet, type KnownSet } from '../known.js';
import { readArray, readBeginning, type ArrayFile } from '../read.js';
import { looksTransposed, transposed } from '../transpose.js';
import { verifyFile } from '../verify.js';
import { featuresOf, type Features, type NamedArray } from './features.js';
import { isZip, readNpz } from './npz.js';
import { targetsOf, type TargetOptions } from './targets.js';

export interface ArrayOptions extends TargetOptions {
  readonly name: string;
  readonly prefix?: string | undefined;
  readonly transpose?: boolean | undefined;
}

export interface ArrayPart {
  /** `[count, ...shape]` */
  readonly features: Uint8Array | Float32Array;
  readonly targets: Uint8Array | Float32Array;
  readonly count: number;
}

/** A set of examples of any shape, with classes or real targets. */
export interface ArraySet {
  readonly name: string;
  /** Shape of one example, channels last. */
  readonly shape: readonly number[];
  /** Absent for real targets. */
  readonly classes?: { readonly count: number; readonly labels?: readonly number[] };
  readonly train: ArrayPart;
  /** May be empty. */
  readonly test: ArrayPart;
  readonly sha256: Readonly<Partial<Record<FileRole, string>>>;
  readonly source: string;
  readonly notes?: readonly string[];
}

/** Arrays of a set, and where they come from. */
interface Given {
  readonly source: string;
  readonly arrays: Readonly<Partial<Record<FileRole, ArrayFile>>>;
  readonly names: Readonly<Partial<Record<FileRole, string>>>;
  readonly notes: readonly string[];
}

/**
 * Loads a folder of IDX files or NumPy arrays, or an archive of NumPy, into shared memory, in whatever shape and type they are.
 *
 * @param path a folder of such files, or one archive (`.npz`)
 * @param options what to call the set, and how its labels and axes are read
 * @throws DataError as `loadFolder`, and `E_DATA_NPZ`
 */
export async function loadArrays(path: string, options: ArrayOptions): Promise<ArraySet> {
  const given = await read(path, options.prefix);
  const set = knownSet(options.name);
  if (set) verify(set, given);
  const named = (role: FileRole): NamedArray[] => {
    const [array, source] = [given.arrays[role], given.names[role]];
    return array && source !== undefined ? [{ array, source }] : [];
  };
  // Labels are checked first, because it is easier to see that a label file is not one.
  const labels = [...named('train-labels'), ...named('t10k-labels')];
  const images = [...named('train-images'), ...named('t10k-images')];
  const targets = targetsOf(labels, { ...options, classes: options.classes ?? set?.classes });
  const features = featuresOf(images).map((each) => (options.transpose ? turned(each) : each));
  checkShapes(features, images);
  checkCounts(features, targets.values, images, labels);
  const [train, test] = features;
  const part = (each: Features | undefined, i: number): ArrayPart => ({
    features: each?.values ?? train!.values.subarray(0, 0),
    targets: targets.values[i] ?? targets.values[0]!.subarray(0, 0),
    count: each?.count ?? 0,
  });
  const notes = [
    ...given.notes,
    ...features.flatMap((each, i) => each.notes.map((note) => `${basename(images[i]!.source)}: ${note}`)),
    ...targets.notes.map((note) => `${options.name}: ${note}`),
    ...sideways(options, images, train!, targets.classes?.count),
  ];
  const { name } = options;
  return {
    name,
    shape: train!.shape,
    ...(targets.classes ? { classes: targets.classes } : {}),
    train: part(train, 0),
    test: part(test, 1),
    // Results and messages list the hashes, so their order must not depend on the order of reading.
    sha256: Object.fromEntries(
      FILE_ROLES.flatMap((role) => {
        const array = given.arrays[role];
        return array ? [[role, array.sha256]] : [];
      }),
    ),
    source: given.source,
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/** Refuses data with the name of a published set that are not that set. */
function verify(set: KnownSet, { arrays, names, source }: Given): void {
  for (const role of FILE_ROLES) verifyFile(set, role, arrays[role]?.sha256 ?? '', names[role] ?? source);
}

async function read(path: string, prefix: string | undefined): Promise<Given> {
  if (isZip(await readBeginning(path))) return archive(path);
  const located = await locateFiles(path, prefix);
  if (located && !holdsFiles(located.files)) {
    const archives = await filesBySuffix(path, '.npz');
    if (archives.length > 1) {
      throw new DataError('E_DATA_AMBIGUOUS', `${path} holds several archives: ${archives.join(', ')}.`, {
        hint: `Name one of them, e.g. --data-dir ${join(path, archives[0]!)}`,
      });
    }
    if (archives.length === 1) return archive(join(path, archives[0]!));
  }
  const dir = located?.dir ?? path;
  const names = await requireAll(located?.files, dir);
  const arrays: Partial<Record<FileRole, ArrayFile>> = {};
  for (const role of ['t10k-labels', 't10k-images', 'train-labels', 'train-images'] as const)
    arrays[role] = await readArray(names[role]);
  const notes = dir === path ? [] : [`The files are those of ${relative(path, dir)} in ${path}.`];
  return { source: dir, arrays, names, notes };
}

async function archive(path: string): Promise<Given> {
  const { arrays, names, others } = await readNpz(path);
  const notes =
    others.length === 0 ? [] : [`${basename(path)}: passed over ${others.slice(0, 8).join(', ')}.`];
  return { source: path, arrays, names, notes };
}

function turned({ shape, values, ...rest }: Features): Features {
  const [rows, cols, channels] = shape;
  if (!(values instanceof Uint8Array) || channels !== 1) {
    throw new DataError('E_DATA_SHAPE', 'Only grey images of bytes can be transposed.', {
      hint: 'Leave the option transpose out, or transpose the images when you write them.',
    });
  }
  return { ...rest, shape: [cols!, rows!, 1], values: transposed(values, rows!, cols!) };
}

function checkShapes([train, test]: readonly Features[], [first, second]: readonly NamedArray[]): void {
  if (!test || String(train!.shape) === String(test.shape)) return;
  throw new DataError(
    'E_DATA_SHAPE',
    `Examples of ${first!.source} are ${train!.shape.join(' x ')}, those of ${second!.source} ${test.shape.join(' x ')}.`,
    { hint: 'The two files do not belong together: fetch both again.' },
  );
}

function checkCounts(
  features: readonly Features[],
  targets: readonly ArrayLike<number>[],
  images: readonly NamedArray[],
  labels: readonly NamedArray[],
): void {
  features.forEach(({ count }, i) => {
    if (targets[i]?.length === count) return;
    throw new DataError(
      'E_DATA_COUNT',
      `${images[i]!.source} has ${count} examples, ${labels[i]!.source} has ${targets[i]?.length} labels.`,
      { hint: 'The two files do not belong together: fetch both again.' },
    );
  });
}

/** What to type when images seem to lie on their sides and the option transpose was not given. */
function sideways(
  { name, transpose }: ArrayOptions,
  images: readonly NamedArray[],
  { shape }: Features,
  classes: number | undefined,
): string[] {
  const [rows = 0, cols = 0] = shape;
  const names = [name, ...images.map(({ source }) => basename(source))];
  if (transpose !== undefined || classes === undefined || !looksTransposed(names, { rows, cols, classes }))
    return [];
  return [
    `${name} looks like EMNIST, whose images are stored on their sides: --dataset-option transpose=true turns them upright (transpose=false: they are).`,
  ];
}
