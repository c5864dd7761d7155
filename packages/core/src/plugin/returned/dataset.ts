import type { Dataset } from 'mnist-data-loader';
import { z } from 'zod';
import { BbbError } from '../../errors.js';

const count = z.int().min(1);
const bytes = z.instanceof(Uint8Array);
const part = z.object({ images: bytes, labels: bytes, count: z.int().min(0) });

const datasetSchema = z
  .object({
    name: z.string().min(1),
    rows: count,
    cols: count,
    classes: count,
    train: part,
    test: part,
    sha256: z.record(z.string(), z.string()),
    mean: z.number(),
    std: z.number(),
    source: z.string(),
    labels: z.array(z.number()).optional(),
    notes: z.array(z.string()).optional(),
  })
  .check(({ value, issues }) => {
    for (const name of ['train', 'test'] as const) {
      const found = partProblem(value, value[name]);
      if (found) issues.push({ code: 'custom', input: value[name], path: [name], message: found });
    }
  });

function partProblem(
  { rows, cols, classes }: Pick<Dataset, 'rows' | 'cols' | 'classes'>,
  { images, labels, count: examples }: Dataset['train'],
): string | undefined {
  if (labels.length !== examples) return `${labels.length} labels for ${examples} images`;
  if (images.length !== examples * rows * cols)
    return `${images.length} pixels for ${examples} images of ${rows} x ${cols}`;
  const bad = labels.findIndex((label) => label >= classes);
  return bad < 0 ? undefined : `label ${labels[bad]} at ${bad}, with ${classes} classes`;
}

/**
 * What a source of data gave, if it is a data set that holds together: arrays that are too short read as zeros.
 * @throws BbbError `E_DATASET` naming the source and every member that does not fit
 */
export function checkedDataset(source: string, given: unknown): Dataset {
  const parsed = datasetSchema.safeParse(given);
  // As it was given: a parsed copy would lose members of its own.
  if (parsed.success) return given as Dataset;
  throw new BbbError(
    'E_DATASET',
    `The data set "${source}" does not hold together: ${z.prettifyError(parsed.error)}`,
    { hint: 'load() returns a Dataset of mnist-data-loader, or a promise of one.' },
  );
}
