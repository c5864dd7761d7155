import type { HostContext } from '@bbb/core';

export interface WorkerOptions extends HostContext {
  /** The server where sweeps are announced, with the same addresses as `BullmqOptions.queue`. */
  readonly queue: string;
}
