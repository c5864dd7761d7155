import type { EpochMetrics } from '@bbb/core';
import type { StoredProgress } from '../protocol.js';
import type { Courier } from './courier.js';

/** The largest fraction of the time that may go into handing over checkpoints. */
const SHARE_FOR_CHECKPOINTS = 0.1;

/** Hands over the checkpoints of a running trial, one at a time. */
export interface Checkpoints {
  /** Hands over the checkpoint of an epoch, if there is one and enough time has passed since the last. */
  afterEpoch(metrics: EpochMetrics): void;
  /** Resolves when no checkpoint is being handed over. */
  settled(): Promise<void>;
}

/** @param given aborted when the trial was given to another host: nothing is handed over any more */
export function checkpointsOf(
  courier: Courier,
  given: AbortSignal,
  handedOver: (stored: StoredProgress) => void,
): Checkpoints {
  let busy: Promise<void> = Promise.resolve();
  let idle = true;
  /** The earliest time at which the next checkpoint may be handed over, in milliseconds of the monotonic clock. */
  let next = 0;
  return {
    afterEpoch({ epoch }) {
      const began = performance.now();
      if (!idle || began < next || given.aborted) return;
      idle = false;
      busy = courier
        .checkpoint(epoch)
        .then(handedOver)
        // There is no checkpoint of this epoch, or the lease is lost. The next checkpoint will do.
        .catch(() => undefined)
        .finally(() => {
          const now = performance.now();
          next = now + (now - began) / SHARE_FOR_CHECKPOINTS;
          idle = true;
        });
    },
    settled: () => busy,
  };
}
