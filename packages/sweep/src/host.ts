/**
 * What an executor that runs trials elsewhere is built from, e.g. that of `@bbb/sweep-bullmq`, beside the types that
 * `@bbb/sweep` has.
 */
export type { Datasets } from '@bbb/core';
export { dataKey, loadData } from './executor/data.js';
export { threadExecutor, type ThreadOptions } from './pool/thread-executor.js';
export { checkpointEpochs, writeCheckpoint } from './store/checkpoints.js';
export { isStoreError, storing } from './store/errors.js';
export { unsealResult } from './store/result-file.js';
export { epochCheckpoint, epochOf, TRIAL_FILES, trialFolder } from './store/names.js';
