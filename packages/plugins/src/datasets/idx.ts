import { basename, resolve } from 'node:path';
import { BbbError, type Dataset, type DatasetSource, type TargetSpec } from '@bbb/core';
import { loadArrays, type ArraySet } from 'mnist-data-loader';
import { z } from 'zod';

export const idxOptions = z.strictObject({
  dir: z
    .string()
    .optional()
    .describe(
      'Folder of the four IDX files, gzipped or not, or of NumPy arrays; or an archive (.npz). Default: --data-dir.',
    ),
  name: z.string().optional().describe("What to call the set. Default: the folder's name."),
  target: z
    .enum(['class', 'real'])
    .optional()
    .describe(
      'Whether labels are classes or real numbers to be predicted. Default: classes, unless they have fractions.',
    ),
  classes: z
    .int()
    .min(2)
    .optional()
    .describe('Number of classes; labels are 0 to classes - 1. Default: one for each label that occurs.'),
  prefix: z
    .string()
    .optional()
    .describe("What the files' names begin with, where several sets lie together, e.g. emnist-letters."),
  transpose: z
    .boolean()
    .optional()
    .describe('Exchange rows and columns of each image: true for EMNIST, which is stored on its side.'),
});
export type IdxOptions = z.output<typeof idxOptions>;

/** @throws BbbError `E_DATA_DIR` when no folder was named; DataError for what the folder holds */
export const idx: DatasetSource<IdxOptions> = {
  description:
    'Arrays of any shape: IDX files in the format of MNIST, NumPy arrays (x_train.npy, ...), an archive of them (mnist.npz).',
  options: idxOptions,
  reads: 'arrays',
  async load({ dir, name, target, ...options }, { dataDir }) {
    const path = dir ?? dataDir;
    if (path === undefined) {
      throw new BbbError('E_DATA_DIR', 'The data set "idx" needs a folder.', {
        hint: 'Name it with --data-dir DIR, or as the option dir.',
      });
    }
    const ownName = basename(resolve(path)).replace(/\.npz$/i, '');
    return arrayDataset(
      await loadArrays(path, { name: name ?? (ownName || 'idx'), kind: target, ...options }),
    );
  },
};

function arrayDataset({ shape, classes, ...set }: ArraySet): Dataset {
  return { ...set, inputShape: shape, target: targetSpec(classes) };
}

function targetSpec(classes: ArraySet['classes']): TargetSpec {
  if (!classes) return { kind: 'real' };
  const { count, labels } = classes;
  return { kind: 'class', classes: count, ...(labels ? { names: labels.map(String) } : {}) };
}
