import { basename, resolve } from 'node:path';
import { BbbError, type DatasetSource } from '@bbb/core';
import { idxHeader } from 'mnist-data-loader';
import { z } from 'zod';
import { listPictures, type PictureFile } from './images/folder.js';
import { loadPixels } from './images/load.js';
import { sha256 } from './images/read.js';

const size = z
  .string()
  .regex(/^[1-9]\d{0,3}x[1-9]\d{0,3}$/, 'a size is rows x columns, e.g. 28x28, at most 9999 each');

function sizeOf(text: string): [rows: number, cols: number] {
  const [rows, cols] = text.split('x').map(Number);
  return [rows!, cols!];
}

export const imagesOptions = z.strictObject({
  dir: z
    .string()
    .optional()
    .describe(
      'Folder with one folder of pictures for each class, or with train/ and test/. Default: --data-dir.',
    ),
  name: z.string().optional().describe("What to call the set. Default: the folder's name."),
  resize: size
    .optional()
    .describe('Rows x columns that all pictures are brought to, e.g. 28x28. Default: all have one size.'),
  channels: z
    .enum(['grey', 'colour'])
    .optional()
    .describe('Make all pictures grey, or all coloured. Default: as they are, which has to be one of them.'),
  background: z
    .enum(['white', 'black'])
    .optional()
    .describe('What lies behind transparent pixels. Default: pictures with any are refused.'),
});
export type ImagesOptions = z.output<typeof imagesOptions>;

/** @throws BbbError `E_DATA_DIR` when no folder was named, `E_DATA_FOLDER`, `E_DATA_PICTURE`, `E_DATA_PICTURE_KIND`, `E_DATA_SHAPE`, `E_DATA_SIZE` */
export const images: DatasetSource<ImagesOptions> = {
  description: 'A folder of pictures (PNG, JPEG), one folder for each class, grey or colour.',
  options: imagesOptions,
  preset: 'quick',
  reads: 'pictures',
  async load({ dir, name, resize, channels, background }, { dataDir, onProgress = () => undefined }) {
    const given = dir ?? dataDir;
    if (given === undefined) {
      throw new BbbError('E_DATA_DIR', 'The data set "images" needs a folder.', {
        hint: 'Name it with --data-dir DIR, or as the option dir.',
      });
    }
    const root = resolve(given);
    const { names, train, test, notes } = await listPictures(root);
    const numbered = names.every((label, i) => label === String(i));
    const wanted = { resize: resize === undefined ? undefined : sizeOf(resize), channels, background };
    const pixels = await loadPixels([...train, ...test], wanted, onProgress);
    const { rows, cols, bytes } = pixels;
    const cut = (train.length * bytes.length) / (train.length + test.length);
    const part = (files: readonly PictureFile[], features: Uint8Array) => ({
      features,
      targets: labelsOf(files),
      count: files.length,
    });
    const parts = { train: part(train, bytes.subarray(0, cut)), test: part(test, bytes.subarray(cut)) };
    const shape = pixels.channels === 1 ? [rows, cols] : [rows, cols, 3];
    return {
      name: name ?? (basename(root) || 'images'),
      inputShape: [rows, cols, pixels.channels],
      target: { kind: 'class', classes: names.length, ...(numbered ? {} : { names }) },
      ...parts,
      // The hashes that IDX files of these pictures would have: how a set is stored does not change its identity.
      sha256: {
        'train-images': sha256(idxHeader([train.length, ...shape]), parts.train.features),
        'train-labels': sha256(idxHeader([train.length]), parts.train.targets),
        't10k-images': sha256(idxHeader([test.length, ...shape]), parts.test.features),
        't10k-labels': sha256(idxHeader([test.length]), parts.test.targets),
        ...(numbered ? {} : { classes: sha256(Buffer.from(JSON.stringify(names))) }),
      },
      source: root,
      ...(notes.length > 0 ? { notes } : {}),
    };
  },
};

function labelsOf(files: readonly PictureFile[]): Uint8Array {
  const labels = new Uint8Array(new SharedArrayBuffer(files.length));
  files.forEach(({ label }, i) => (labels[i] = label));
  return labels;
}
