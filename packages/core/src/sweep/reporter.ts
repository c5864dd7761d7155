import type { PlannedTrial } from './sweep-data.js';
import type { SweepEvent } from './events.js';

/**
 * Somebody who is told what happens in a sweep. One that throws, or rejects, is told nothing more, and a warning says so:
 * no trial depends on it.
 */
export interface Reporter {
  /** Called with every event in order; the sweep does not wait for a promise. */
  onEvent(event: SweepEvent): void | Promise<void>;
  /** The sweep has ended, or could not begin. Awaited. */
  close?(): void | Promise<void>;
}

export interface ReporterContext {
  /** The sweep's folder, absolute; it may not be there yet. */
  readonly dir: string;
  /** What relative paths start from. */
  readonly cwd: string;
  /** Trials that are planned; a search that learns proposes more. */
  readonly trials: readonly PlannedTrial[];
}
