import type { Reporter, SweepEvent } from '@bbb/core';

/** A reporter that draws at once. */
export interface Display extends Reporter {
  onEvent(event: SweepEvent): void;
  close(): void;
}
