import { z } from 'zod';
import { canonicalJson } from '../canonical-json.js';
import { preprocessingSchema } from '../data/preprocessing.js';
import type { DataSpec } from '../data/spec.js';
import { tableProblem, type TableSpec } from '../data/table.js';
import { sizeOf } from '../network/shape.js';
import { damaged } from './error.js';
import { trialSchema } from '../trial/schema.js';
import type { Trial } from '../trial/trial.js';
import { safeParse } from '../safe-parse.js';

/**
 * Reads the metadata of a checkpoint.
 * @throws CheckpointError `E_CHECKPOINT_DAMAGED` if they do not describe a trial
 */
export function parseMetadata(metadata: Readonly<Record<string, string>>): {
  readonly trial: Trial;
  readonly epoch: number;
  readonly step: number;
  /** Absent if the shapes of the tensors are enough: bytes that are divided, fully connected layers, classes without names. */
  readonly data?: DataSpec;
  readonly procedure?: string;
  readonly kept?: Readonly<Record<string, number>>;
} {
  return {
    ...(metadata['procedure'] === undefined ? {} : { procedure: metadata['procedure'] }),
    ...(metadata['kept'] === undefined ? {} : { kept: keptOf(metadata['kept']) }),
    ...(metadata['dataSpec'] === undefined ? {} : { data: dataOf(metadata['dataSpec']) }),
    trial: trialOf(metadata['trial']),
    epoch: countOf('epoch', metadata['epoch']),
    step: countOf('step', metadata['step']),
  };
}

const keptSchema = z.record(z.string().regex(/^\d+$/), z.int().min(0));

function keptOf(text: string): Record<string, number> {
  try {
    return keptSchema.parse(JSON.parse(text));
  } catch {
    throw damaged('its list of kept epochs is malformed');
  }
}

function trialOf(text: string | undefined): Trial {
  let trial: unknown;
  try {
    trial = JSON.parse(text ?? '');
  } catch {
    throw damaged('its trial is not JSON');
  }
  const parsed = safeParse(trialSchema, trial);
  if (!parsed.success) throw damaged(`its trial is invalid: ${z.prettifyError(parsed.error)}`);
  return trial as Trial;
}

function countOf(name: string, text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw damaged(`its ${name} is ${text ?? 'missing'}, not a whole number`);
  }
  return value;
}

const count = z.int().min(1);
const dataSchema = z
  .strictObject({
    inputShape: z.array(count).min(1),
    target: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('class'), classes: count, names: z.array(z.string()).optional() }),
      z.strictObject({ kind: z.literal('real'), name: z.string().optional(), unit: z.string().optional() }),
    ]),
    preprocessing: preprocessingSchema,
  })
  .check(({ value: { inputShape, preprocessing }, issues }) => {
    const { table } = preprocessing;
    const misfit = table && tableProblem(table as TableSpec, sizeOf(inputShape));
    if (misfit)
      issues.push({ code: 'custom', input: table, path: ['preprocessing', 'table'], message: misfit });
  });

function dataOf(text: string): DataSpec {
  try {
    return dataSchema.parse(JSON.parse(text)) as DataSpec;
  } catch (cause) {
    throw damaged(`its description of the data is invalid: ${String(cause).slice(0, 200)}`);
  }
}

/**
 * What a checkpoint says about its data, so that its network can be opened without them. It says nothing where the shapes of the tensors are
 * enough, as in the first version: so the checkpoints of such trials keep their bytes.
 */
export function dataMetadata({ network, likelihood }: Trial, data: DataSpec): { dataSpec?: string } {
  const plain =
    !network &&
    !likelihood &&
    data.target.kind === 'class' &&
    !data.target.names &&
    data.preprocessing.input.kind === 'divide' &&
    !data.preprocessing.input.fill &&
    !data.preprocessing.table;
  return plain ? {} : { dataSpec: canonicalJson(data) };
}
