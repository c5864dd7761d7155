import type { PlannedTrial } from './sweep-data.js';
import type { SweepEvent } from './events.js';

/**
 * Gets the events of a sweep. A reporter that throws, or rejects, gets no more events, and there is a warning. No trial depends on it.
 */
export interface Reporter {
  /** Called with every event in order; the sweep does not wait for a promise. */
  onEvent(event: SweepEvent): void | Promise<void>;
  /** Called, and awaited, when the sweep has ended or could not begin. */
  close?(): void | Promise<void>;
}

export interface ReporterContext {
  /** Absolute path of the sweep's folder, which may not exist yet. */
  readonly dir: string;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** The planned trials. A search that learns from results proposes more. */
  readonly trials: readonly PlannedTrial[];
}
