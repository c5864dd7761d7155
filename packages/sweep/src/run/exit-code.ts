import type { SweepOutcome } from '@bbb/core';

const USAGE = 2;
const DAMAGED = 3;
const DISK_FULL = 4;

/** 0 all done; 1 some trials failed, or it could not go on; 4 out of disk; 130 and 143 interrupted. */
export function exitCode(outcome: SweepOutcome): number {
  switch (outcome.status) {
    case 'done':
      return 0;
    case 'failed':
    case 'halted':
      return 1;
    case 'disk-full':
      return DISK_FULL;
    case 'interrupted':
      return outcome.signal === 'SIGTERM' ? 143 : 130;
  }
}

/** For what {@link runSweep} and {@link readSweep} throw: 2 usage or configuration, 3 damaged store, 4 out of disk. */
export function errorExitCode(error: unknown): number {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code === 'E_STORE_DAMAGED') return DAMAGED;
  if (code === 'E_DISK_FULL') return DISK_FULL;
  return typeof code === 'string' && code.startsWith('E_') ? USAGE : 1;
}
