import { readdir } from 'node:fs/promises';
import { checkSameData, identityOfResult, type DataIdentity } from './data-identity.js';
import { storing } from './errors.js';
import { isMissing } from './files.js';
import { trialFolder, trialsFolder } from './names.js';
import { readResult } from './result-file.js';

/**
 * Compares the data of a sweep with the data that its results name, for a folder whose record is missing or does not name them.
 * @throws BbbError `E_SWEEP_CHANGED` with the files that differ; `E_STORE_IO`
 */
export async function checkResultsData(
  dir: string,
  sentence: string,
  data: DataIdentity | undefined,
  hint?: string,
): Promise<void> {
  for (const id of await storing('look for results', () => namesIn(trialsFolder(dir)))) {
    const stored = await readResult(trialFolder(dir, id), id, undefined);
    if (stored.state === 'done') checkSameData(sentence, identityOfResult(stored.result), data, hint);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[0-9a-f]{16}$/.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
