import { join } from 'node:path';
import { BbbError, resultSchema, safeParse, trialId, writeFileOnce, type TrialResult } from '@bbb/core';
import { otherData, type DataIdentity } from './data-identity.js';
import { storing } from './errors.js';
import { misfits } from './misfits.js';
import { quarantine, readText } from './files.js';
import { TRIAL_FILES } from './names.js';
import { seal, unseal } from './sealed.js';

/** The text of result.json for a result. */
export function sealResult(result: TrialResult): string {
  return seal('result', JSON.stringify(result));
}

/**
 * @param data the data of the sweep. Default: not known
 * @throws BbbError `E_STORE_DAMAGED` for any text that {@link sealResult} did not write for this trial on these data
 */
export function unsealResult(text: string, id: string, data?: DataIdentity): TrialResult {
  const parsed = safeParse(resultSchema, unseal('result', text));
  if (!parsed.success) {
    throw new BbbError('E_STORE_DAMAGED', `it is not a result: ${misfits(parsed.error)}`);
  }
  const result = parsed.data as unknown as TrialResult;
  if (result.id !== id || trialId(result.trial) !== id) {
    throw new BbbError('E_STORE_DAMAGED', `it is the result of trial ${result.id}`);
  }
  const foreign = otherData(result, data);
  if (foreign !== undefined) throw new BbbError('E_STORE_DAMAGED', foreign);
  return result;
}

/** The state of the result file in a trial's folder. */
export type StoredResult =
  | { readonly state: 'missing' }
  | { readonly state: 'done'; readonly result: TrialResult; readonly text: string }
  | { readonly state: 'damaged'; readonly reason: string };

/** @param data the data of the sweep; a result of other data counts as damaged. Undefined: not known */
export async function readResult(
  folder: string,
  id: string,
  data: DataIdentity | undefined,
): Promise<StoredResult> {
  const path = join(folder, TRIAL_FILES.result);
  try {
    const text = await storing('read a result', () => readText(path));
    if (text === undefined) return { state: 'missing' };
    return { state: 'done', result: unsealResult(text, id, data), text };
  } catch (error) {
    if (error instanceof BbbError && error.code === 'E_STORE_DAMAGED')
      return { state: 'damaged', reason: error.message };
    throw error;
  }
}

/** A result that an attempt handed over, parsed, and the text of its file. */
export interface Handed {
  readonly text: string;
  readonly result: TrialResult;
}

/**
 * Commits a result unless the trial has one already. Returns the committed result, which may come from another attempt.
 * @throws BbbError `E_DISK_FULL`, `E_STORE_IO`
 */
export async function commitResult(
  folder: string,
  { text, result }: Handed,
  data: DataIdentity | undefined,
): Promise<{ readonly first: boolean; readonly text: string; readonly result: TrialResult }> {
  const path = join(folder, TRIAL_FILES.result);
  if (await storing('store a result', () => writeFileOnce(path, text))) return { first: true, text, result };
  const there = await readResult(folder, result.id, data);
  if (there.state === 'done') return { first: false, text: there.text, result: there.result };
  await storing('set a damaged result aside', () => quarantine(path));
  return commitResult(folder, { text, result }, data);
}
