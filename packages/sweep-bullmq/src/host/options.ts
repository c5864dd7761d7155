import type { HostContext } from '@bbb/core';

export interface WorkerOptions extends HostContext {
  /** Where sweeps are announced: as `BullmqOptions.queue`. */
  readonly queue: string;
}
