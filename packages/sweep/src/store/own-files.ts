import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sweepFile, TRIAL_FILES } from './names.js';

/**
 * Whether a file belongs to the sweep itself. Reports and tables that a user put beside it do not.
 * @param path relative to the folder of the sweep
 */
export function isSweepsOwn(path: string): boolean {
  const folder = dirname(path);
  const name = basename(path);
  if (existsSync(join(folder, TRIAL_FILES.trial)))
    return /^(checkpoint(-\d+)?\.safetensors|[a-z]+\.jsonl?)$/.test(name);
  return existsSync(sweepFile(folder)) && name.startsWith('sweep.');
}
