import type { DataOptions, TrialEnd, TrialMessage, TrialTask } from '@bbb/core';
import type { DataIdentity } from '../store/data-identity.js';
import type { WorkerSetup } from './protocol.js';

/** The setup of a worker process, sent once. It is that of a thread, except that the process loads the data itself. */
export interface ChildSetup extends Omit<WorkerSetup, 'datasets'> {
  readonly data: readonly DataOptions[];
  readonly dataDir?: string;
  /** Identity of the data that the coordinator loaded. The process refuses other data. */
  readonly identity: DataIdentity;
  readonly heapMegabytes?: number;
}

export type ToChild =
  | { readonly type: 'setup'; readonly setup: ChildSetup }
  | { readonly type: 'run'; readonly task: TrialTask }
  /** Number of threads of the running trial, from its next epoch on. */
  | { readonly type: 'threads'; readonly count: number }
  | { readonly type: 'stop' };

export type FromChild = TrialMessage | { readonly type: 'end'; readonly end: TrialEnd };
