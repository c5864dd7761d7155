import { imageDataset, type DatasetSource } from '@bbb/core';
import { loadDataset } from 'mnist-data-loader';
import { z } from 'zod';

const knownOptions = z.strictObject({});

/** The source of a published set. The files are checked against their published SHA-256. */
export function published(name: string, description: string): DatasetSource<z.output<typeof knownOptions>> {
  return {
    description,
    options: knownOptions,
    load: async (_options, { dataDir, secondary }) =>
      imageDataset(await loadDataset(name, { dataDir, otherSet: secondary ? 'skip' : 'refuse' })),
  };
}
