import { basename, resolve } from 'node:path';
import { BbbError, imageDataset, type DatasetSource } from '@bbb/core';
import { loadDataset } from 'mnist-data-loader';
import { z } from 'zod';

export const idxOptions = z.strictObject({
  dir: z.string().optional().describe('Folder of the four IDX files, gzipped or not. Default: --data-dir.'),
  name: z.string().optional().describe("What to call the set. Default: the folder's name."),
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
  description: 'Any folder of IDX files in the format of MNIST, or of NumPy arrays (x_train.npy, ...).',
  options: idxOptions,
  async load({ dir, name, ...options }, { dataDir }) {
    const folder = dir ?? dataDir;
    if (folder === undefined) {
      throw new BbbError('E_DATA_DIR', 'The data set "idx" needs a folder.', {
        hint: 'Name it with --data-dir DIR, or as the option dir.',
      });
    }
    const images = await loadDataset({
      dir: folder,
      name: name ?? (basename(resolve(folder)) || 'idx'),
      ...options,
    });
    return imageDataset(images);
  },
};
