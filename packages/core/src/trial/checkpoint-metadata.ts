import { z } from 'zod';
import { damaged } from '../checkpoint/error.js';
import type { Trial } from './trial.js';

const use = z.looseObject({ use: z.string(), options: z.record(z.string(), z.unknown()) });
const count = z.int().min(0);

/** What whoever opens a checkpoint relies on; the values are for their owners to check. */
const trialSchema = z.looseObject({
  method: use,
  data: use.extend({ validation: count, divisor: z.number().positive() }),
  hidden: z.array(z.int().min(1)),
  training: z.looseObject({
    epochs: count,
    batchSize: z.int().min(1),
    optimizer: z.looseObject({ kind: z.string() }),
    schedule: z.looseObject({ kind: z.string() }),
  }),
  pruning: z.looseObject({
    pruners: z.array(use),
    shares: z.array(z.number()),
    scope: z.string(),
    include: z.array(z.string()),
    finetuneEpochs: count,
  }),
  prediction: z.looseObject({ samples: count }),
  numerics: z.string(),
  select: z.string(),
  seed: z.int(),
});

/**
 * Reads the metadata of a checkpoint.
 * @throws CheckpointError `E_CHECKPOINT_DAMAGED` where they are not those of a trial
 */
export function parseMetadata(metadata: Readonly<Record<string, string>>): {
  readonly trial: Trial;
  readonly epoch: number;
  readonly step: number;
} {
  return {
    trial: trialOf(metadata['trial']),
    epoch: countOf('epoch', metadata['epoch']),
    step: countOf('step', metadata['step']),
  };
}

function trialOf(text: string | undefined): Trial {
  let trial: unknown;
  try {
    trial = JSON.parse(text ?? '');
  } catch {
    throw damaged('its trial is not JSON');
  }
  const parsed = trialSchema.safeParse(trial);
  if (!parsed.success) throw damaged(`its trial is none: ${z.prettifyError(parsed.error)}`);
  return trial as Trial;
}

function countOf(name: string, text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw damaged(`its ${name} is ${text ?? 'missing'}, not a whole number`);
  }
  return value;
}
