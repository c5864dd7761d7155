import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { wrongFolder } from './errors.js';
import { byName, type Entry, visible } from './entries.js';
import { unreadable } from './read.js';

/** One file of a class. */
export interface PictureFile {
  readonly path: string;
  /** Index into the names of the classes. */
  readonly label: number;
}

export interface PictureFolder {
  /** Names of the folders of the classes, in the order of their classes. */
  readonly names: readonly string[];
  readonly train: readonly PictureFile[];
  /** Empty if the folder has no test/. Then a trial holds out some of the training pictures. */
  readonly test: readonly PictureFile[];
  /** Sentences for the user on what was left out or assumed. */
  readonly notes: readonly string[];
}

/**
 * The pictures of a folder with one sub-folder for each class, or of its train/ and test/. They are sorted by the name of the file, then by
 * the name of the class, so that their order does not depend on the file system.
 * @throws BbbError `E_DATA_FOLDER` for a folder of another layout
 */
export async function listPictures(root: string): Promise<PictureFolder> {
  const top = await list(root);
  const split = await splitOf(root, top);
  const train = await listClasses(split ? split.train.path : root, split ? undefined : top);
  const test = split?.test ? await listClasses(split.test.path) : { classes: [], passedOver: [] };
  const names = inClassOrder(train.classes.map(({ name }) => name));
  const extra = test.classes.find(({ name }) => !names.includes(name));
  if (extra)
    throw wrongFolder(
      `${extra.path} is a class without training pictures: there is no folder ${extra.name} in ${split!.train.path}.`,
      'Give every class pictures to train on, or remove it from test/.',
    );
  if (names.length < 2)
    throw wrongFolder(
      names.length === 0
        ? `${root} has no folders of pictures.`
        : `${root} has one class only, ${names[0]}: there is nothing to tell apart.`,
    );
  if (names.length > MOST_CLASSES)
    throw wrongFolder(
      `${root} has ${names.length} folders; at most ${MOST_CLASSES} classes can be told apart.`,
      'Is this the folder that holds one folder for each class?',
    );
  const passedOver = [...(split?.passedOver ?? []), ...train.passedOver, ...test.passedOver];
  return {
    names,
    train: inOrder(train.classes, names),
    test: inOrder(test.classes, names),
    notes: passedOver.length === 0 ? [] : [`Passed over beside the folders of pictures: ${few(passedOver)}.`],
  };
}

/** Class indices are bytes. */
const MOST_CLASSES = 256;

interface ClassFolder extends Entry {
  readonly files: readonly Entry[];
}

interface Split {
  readonly train: Entry;
  readonly test: Entry | undefined;
  readonly passedOver: readonly string[];
}

/** train/ and test/, if these are folders of folders and not classes themselves. */
async function splitOf(root: string, entries: readonly Entry[]): Promise<Split | undefined> {
  const find = (name: string): Entry | undefined =>
    entries.find((entry) => entry.isFolder && entry.name.toLowerCase() === name);
  const [train, test] = [find('train'), find('test')];
  const holdsFolders = async (entry: Entry | undefined): Promise<boolean> =>
    entry !== undefined && (await list(entry.path)).some(({ isFolder }) => isFolder);
  if (!train || !(await holdsFolders(train))) {
    if (test && (await holdsFolders(test))) throw wrongFolder(`${root} has test/ and no train/.`);
    return undefined;
  }
  const others = entries.filter((entry) => entry !== train && entry !== test);
  const validation = others.find(({ name, isFolder }) => isFolder && /^val(id|idation)?$/i.test(name));
  if (!test && validation)
    throw wrongFolder(
      `${root} has train/ and ${validation.name}/, and no test/.`,
      `Rename ${validation.path} to test if it is what to test with; bbb takes validation pictures out of train/.`,
    );
  return { train, test, passedOver: others.map(({ name }) => name) };
}

async function listClasses(
  dir: string,
  entries?: readonly Entry[],
): Promise<{ classes: ClassFolder[]; passedOver: string[] }> {
  const all = entries ?? (await list(dir));
  const loose = all.find(({ name, isFolder }) => !isFolder && isPictureName(name));
  if (loose) throw wrongFolder(`${loose.path} lies in no folder of a class.`);
  const classes: ClassFolder[] = [];
  for (const folder of all.filter(({ isFolder }) => isFolder)) {
    const twin = classes.find(({ name }) => name === folder.name);
    if (twin)
      throw wrongFolder(
        `${twin.path} and ${folder.path} have the same name, written with other characters.`,
        'Put their pictures into one folder.',
      );
    const files = await list(folder.path);
    const nested = files.find(({ isFolder }) => isFolder);
    if (nested)
      throw wrongFolder(
        `${nested.path} is a folder within the folder of a class.`,
        `Move its pictures to ${folder.path}, or give the folder that holds the classes.`,
      );
    if (files.length === 0)
      throw wrongFolder(`${folder.path} has no pictures.`, 'Put pictures into it, or remove it.');
    classes.push({ ...folder, files });
  }
  const passedOver = all.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
  return { classes, passedOver };
}

/** Sorted by file name first, so pictures that are numbered across classes keep the order of their numbers. */
function inOrder(classes: readonly ClassFolder[], names: readonly string[]): PictureFile[] {
  const all = classes.flatMap(({ name, files }) =>
    files.map((file) => ({ file, label: names.indexOf(name) })),
  );
  return all
    .toSorted((a, b) => byName(a.file, b.file) || a.label - b.label)
    .map(({ file, label }) => ({ path: file.path, label }));
}

/** Sorts 2 before 10 if all names are whole numbers; otherwise by characters. */
function inClassOrder(names: readonly string[]): string[] {
  const numbers = names.every((name) => /^(0|[1-9]\d{0,8})$/.test(name));
  return names.toSorted((a, b) => (numbers ? Number(a) - Number(b) : a < b ? -1 : 1));
}

function isPictureName(name: string): boolean {
  return /\.(png|jpe?g|gif|bmp|webp|tiff?)$/i.test(name);
}

function few(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

async function list(dir: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  const found = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(dir, cause);
  });
  for (const each of found.filter(({ name }) => visible(name))) {
    const path = join(dir, each.name);
    const isFolder = each.isSymbolicLink() ? await leadsToFolder(path) : each.isDirectory();
    entries.push({ path, raw: each.name, name: each.name.normalize('NFC'), isFolder });
  }
  return entries.toSorted(byName);
}

/** Whether a path is a folder, or a link to one. */
async function leadsToFolder(path: string): Promise<boolean> {
  const status = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return status.isDirectory();
}
