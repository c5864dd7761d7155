import { cpus } from 'node:os';
import type { TrialResult } from './result.js';
import { VERSION } from '../version.js';

/** What ran a trial. */
export function environment(seconds: number): TrialResult['environment'] {
  return {
    bbb: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    seconds,
  };
}
