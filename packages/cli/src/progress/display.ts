import type { SweepEvent } from '@bbb/sweep';

/** Somewhere that the events of a sweep are shown. */
export interface Display {
  onEvent(event: SweepEvent): void;
  /** A line that stays, above what is redrawn. */
  note(text: string): void;
  close(): void;
}

export const NO_DISPLAY: Display = {
  onEvent: () => undefined,
  note: () => undefined,
  close: () => undefined,
};
