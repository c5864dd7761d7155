import { cpus } from 'node:os';
import type { Latency, TrialResult } from './result.js';
import { VERSION } from '../version.js';

/** The name of the processor. It is kept, because reading it takes as long as a small trial. */
let cpu: string | undefined;

/** The machine and the software that ran a trial. */
export function environment(seconds: number, latency: readonly Latency[] = []): TrialResult['environment'] {
  return {
    bbb: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: (cpu ??= cpus()[0]?.model ?? 'unknown'),
    seconds,
    ...(latency.length > 0 ? { latency } : {}),
  };
}
