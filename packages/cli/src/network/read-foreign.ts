import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeSafetensors, type Shape } from '@bbb/core';
import {
  importKeras,
  importStateDict,
  kerasFiles,
  parseKeras,
  type ImportedNetwork,
  type StateDictOptions,
} from '@bbb/export';
import { UsageError } from '../errors/usage.js';

/** Largest file, bytes. No network that bbb trains is larger, and a larger file would only fill the memory. */
const LARGEST = 2 ** 30;

/** A network of another program, and the SHA-256 of its file (of model.json and its weights together). */
export interface Foreign {
  readonly network: ImportedNetwork;
  readonly sha256: string;
}

/** @throws UsageError for a file that is too large, BbbError `E_IMPORT`, `E_CHECKPOINT_DAMAGED` for one that does not fit */
export async function readForeign(
  file: string,
  inputShape: Shape,
  { activation, pool }: Pick<StateDictOptions, 'activation' | 'pool'>,
): Promise<Foreign> {
  const bytes = await readLimited(file);
  if (file.endsWith('.json')) {
    if (activation ?? pool) {
      throw new UsageError(
        `--${activation ? 'activation' : 'pool'} applies to a state dict only; ${file} describes its layers itself.`,
        'Leave it out.',
      );
    }
    const model = parseKeras(bytes.toString('utf8'));
    const parts: Buffer[] = [];
    for (const name of kerasFiles(model)) parts.push(await readLimited(join(dirname(file), name), parts));
    const weights = Buffer.concat(parts);
    return { network: importKeras(model, weights), sha256: hash([bytes, weights]) };
  }
  const { tensors } = decodeSafetensors(bytes);
  const options = { inputShape, ...(activation ? { activation } : {}), ...(pool ? { pool } : {}) };
  return { network: importStateDict(tensors, options), sha256: hash([bytes]) };
}

async function readLimited(path: string, before: readonly Buffer[] = []): Promise<Buffer> {
  const { size } = await stat(path);
  const all = before.reduce((sum, { length }) => sum + length, size);
  if (all > LARGEST)
    throw new UsageError(
      `${path} has ${all} bytes; the limit is ${LARGEST}.`,
      'Give the file of a smaller network.',
    );
  return readFile(path);
}

function hash(parts: readonly Buffer[]): string {
  return parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest('hex');
}
