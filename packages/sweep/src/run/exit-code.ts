import type { SweepOutcome } from '@bbb/core';

const DISK_FULL = 4;

/**
 * 0 all done; 1 some trials failed, or it could not go on; 4 out of disk; 130 and 143 interrupted.
 * @param outcome what `runSweep` returned
 */
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
