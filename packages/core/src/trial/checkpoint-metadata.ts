import { z } from 'zod';
import { damaged } from '../checkpoint/error.js';
import { trialSchema } from './schema.js';
import type { Trial } from './trial.js';

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
