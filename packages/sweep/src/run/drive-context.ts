import type { EpochMetrics, Executor, PlannedTrial, SweepEvent } from '@bbb/core';
import type { DataIdentity } from '../store/data-identity.js';
import type { Brake } from './brake.js';
import type { GuardedIndex } from './guarded-index.js';
import type { SweepOptions } from './options.js';
import type { Scheduling } from './scheduling.js';
import type { Tally } from './tally.js';

/** The parts of a running sweep. */
export interface DriveContext {
  readonly dir: string;
  /** The data of its results. */
  readonly data: DataIdentity;
  readonly executor: Executor;
  readonly index: GuardedIndex;
  readonly tally: Tally;
  readonly options: SweepOptions;
  /** How often each trial was started in earlier runs. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly emit: (event: SweepEvent) => void;
  /** Gives more trials when none waits; an empty list means that there are no more. */
  readonly more?: () => Promise<readonly PlannedTrial[]>;
  /** Aborted with the reason when another process has taken the folder over. */
  readonly lost?: AbortSignal;
  readonly scheduling?: Scheduling | undefined;
  /** Called for every trial that has ended for good. `epochs` is undefined when the trial failed. */
  readonly onEnd?: (planned: PlannedTrial, epochs: readonly EpochMetrics[] | undefined) => void;
}

/** The parts of a running sweep, with the brake that halts it. */
export interface Driving extends DriveContext {
  readonly brake: Brake;
}

/** An attempt at a trial that has ended. */
export interface Attempted {
  readonly planned: PlannedTrial;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Duration by a monotonic clock, from when the worker began, seconds. */
  readonly seconds: number;
}

/** The estimate of the remaining time, as a member of an event. */
export function etaOf({ tally, executor }: DriveContext): { etaSeconds?: number } {
  const etaSeconds = tally.etaSeconds(executor.parallel?.() ?? executor.capacity);
  return etaSeconds === undefined ? {} : { etaSeconds };
}
