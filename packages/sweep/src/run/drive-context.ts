import type { EpochMetrics, Executor, PlannedTrial, SweepEvent } from '@bbb/core';
import type { DataIdentity } from '../store/data-identity.js';
import type { Brake } from './brake.js';
import type { GuardedIndex } from './guarded-index.js';
import type { SweepOptions } from './options.js';
import type { Scheduling } from './scheduling.js';
import type { Tally } from './tally.js';

/** What a sweep under way consists of. */
export interface DriveContext {
  readonly dir: string;
  /** What its results are of. */
  readonly data: DataIdentity;
  readonly executor: Executor;
  readonly index: GuardedIndex;
  readonly tally: Tally;
  readonly options: SweepOptions;
  /** How often each trial was started in earlier runs. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly emit: (event: SweepEvent) => void;
  /** Asked for more trials when none waits; none means that there will be no more. */
  readonly more?: () => Promise<readonly PlannedTrial[]>;
  /** Aborted with the reason when another process has the folder. */
  readonly lost?: AbortSignal;
  readonly scheduling?: Scheduling | undefined;
  /** Told of every trial that came to its end; without epochs when it failed. */
  readonly onEnd?: (planned: PlannedTrial, epochs: readonly EpochMetrics[] | undefined) => void;
}

/** The same, and what halts it. */
export interface Driving extends DriveContext {
  readonly brake: Brake;
}

/** An attempt at a trial that has ended. */
export interface Attempted {
  readonly planned: PlannedTrial;
  /** From 1. */
  readonly attempt: number;
  /** By the monotonic clock, from when the worker began. */
  readonly seconds: number;
}

/** For events that say how long the rest may take. */
export function etaOf({ tally, executor }: DriveContext): { etaSeconds?: number } {
  const etaSeconds = tally.etaSeconds(executor.parallel?.() ?? executor.capacity);
  return etaSeconds === undefined ? {} : { etaSeconds };
}
