import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { temporaryFolder } from './folders.js';

const SWEEP = fileURLToPath(new URL('../sweep/fixtures/written-by-0.1.0/sweep/', import.meta.url));
const TRIAL = join('trials', '165538b6bd850fde');

/** The folder of a trained trial of SGD on MNIST. Tests must not change it. */
export const STORED_TRIAL: string = join(SWEEP, TRIAL);

/** Copies its sweep for the running test, and returns the folder of the trial. */
export function storedTrial(): string {
  const dir = temporaryFolder();
  cpSync(SWEEP, dir, { recursive: true });
  return join(dir, TRIAL);
}
