import type { DataOptions, TrialEnd, TrialMessage, TrialTask } from '@bbb/core';
import type { DataIdentity } from '../store/data-identity.js';
import type { WorkerSetup } from './protocol.js';

/** What a worker process gets once: the same as a thread, except that it loads the data itself. */
export interface ChildSetup extends Omit<WorkerSetup, 'datasets'> {
  readonly data: readonly DataOptions[];
  readonly dataDir?: string;
  /** The data that the coordinator loaded: the process refuses others. */
  readonly identity: DataIdentity;
  readonly heapMegabytes?: number;
}

export type ToChild =
  | { readonly type: 'setup'; readonly setup: ChildSetup }
  | { readonly type: 'run'; readonly task: TrialTask }
  /** Of the trial under way, from its next epoch on. */
  | { readonly type: 'threads'; readonly count: number }
  | { readonly type: 'stop' };

export type FromChild = TrialMessage | { readonly type: 'end'; readonly end: TrialEnd };
