import { z } from 'zod';
import type { Dataset, DataPart } from '../../data/dataset.js';
import { tableProblem, tableSchema, type TableSpec } from '../../data/table.js';
import { BbbError } from '../../errors.js';
import { shapeText, sizeOf } from '../../network/shape.js';
import { safeParse } from '../../safe-parse.js';

const count = z.int().min(1);
const bytes = z.instanceof(Uint8Array);
const floats = z.instanceof(Float32Array);
const part = z.object({
  features: z.union([bytes, floats]),
  targets: z.union([bytes, floats]),
  count: z.int().min(0),
});

const datasetSchema = z
  .object({
    name: z.string().min(1),
    inputShape: z.array(count).min(1),
    target: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('class'),
        classes: z.int().min(1).max(256),
        names: z.array(z.string()).optional(),
      }),
      z.object({ kind: z.literal('real'), name: z.string().optional(), unit: z.string().optional() }),
    ]),
    train: part,
    test: part,
    sha256: z.record(z.string(), z.string()),
    source: z.string(),
    labels: z.array(z.number()).optional(),
    table: tableSchema.optional(),
    missing: z
      .object({
        fill: z.enum(['mean', 'median']),
        categories: z.array(z.tuple([z.int().min(0), count])).optional(),
      })
      .optional(),
    notes: z.array(z.string()).optional(),
  })
  .check(({ value, issues }) => {
    const misfit = value.table && tableProblem(value.table as TableSpec, sizeOf(value.inputShape));
    if (misfit) issues.push({ code: 'custom', input: value.table, path: ['table'], message: misfit });
    for (const name of ['train', 'test'] as const) {
      const found = partProblem(value as Dataset, (value as Dataset)[name]);
      if (found) issues.push({ code: 'custom', input: value[name], path: [name], message: found });
    }
  });

function partProblem({ inputShape, target, missing }: Dataset, part: DataPart): string | undefined {
  const { features, targets, count: examples } = part;
  if (targets.length !== examples) return `${targets.length} targets for ${examples} examples`;
  if (features.length !== examples * sizeOf(inputShape))
    return `${features.length} features for ${examples} examples of ${shapeText(inputShape)}`;
  if (target.kind === 'class') {
    if (!(targets instanceof Uint8Array)) return 'class targets that are no bytes';
    const bad = targets.findIndex((label) => label >= target.classes);
    if (bad >= 0) return `class ${targets[bad]} at ${bad}, with ${target.classes} classes`;
  } else {
    const bad = targets.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) return `the target ${targets[bad]} at ${bad}`;
  }
  if (features instanceof Uint8Array) return undefined;
  const bad = features.findIndex((value) => !(Number.isFinite(value) || (missing && Number.isNaN(value))));
  return bad < 0 ? undefined : `the feature ${features[bad]} at ${bad}`;
}

/**
 * Checks that a source returned a consistent data set, and returns it. Without the check, an array that is too short would be read as zeros.
 * @param source name of the data set, for messages
 * @param given the value that `load()` of the plugin returned
 * @throws BbbError `E_DATASET` naming the source and every member that does not fit
 */
export function checkedDataset(source: string, given: unknown): Dataset {
  const parsed = safeParse(datasetSchema, given);
  // Returned unchanged: a parsed copy would lose unknown members.
  if (parsed.success) return given as Dataset;
  throw new BbbError(
    'E_DATASET',
    `The data set "${source}" contradicts itself: ${z.prettifyError(parsed.error)}`,
    {
      hint: 'Let load() return a Dataset of @bbb/core, or a promise of one; imageDataset() makes one from images.',
    },
  );
}
