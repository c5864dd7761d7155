import type { Reporter, SweepEvent } from '@bbb/core';

/** A reporter that can draw at once. */
export interface Display extends Reporter {
  onEvent(event: SweepEvent): void;
  close(): void;
}
