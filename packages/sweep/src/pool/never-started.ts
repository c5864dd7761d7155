import { BbbError, toErrorRecord, type TrialEnd } from '@bbb/core';

/** Loading plugins and starting WebAssembly takes well under a second; this limit leaves room for very slow machines. */
export const START_MS = 60_000;

/** The end of a trial whose worker never began it. It is fatal: the next worker would not begin it either. */
export function neverStarted(ms: number): TrialEnd {
  const error = new BbbError('E_WORKER_LOAD', `A worker did not start its trial within ${ms / 1000} s.`, {
    hint: 'Check that no plugin hangs while it is loaded: bbb plugins --plugin FILE.',
  });
  return { type: 'fatal', error: toErrorRecord(error) };
}
