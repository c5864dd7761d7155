/**
 * Pieces of the executors here: threads that take trials, data that they need, names and checksums of the files that they leave. Import
 * `@bbb/sweep/host` to write an executor that runs trials elsewhere.
 *
 * @packageDocumentation
 */
export { dataKey } from './executor/data-key.js';
export { loadData } from './executor/data.js';
export { threadExecutor, type ThreadOptions } from './pool/thread-executor.js';
export { checkpointEpochs, writeCheckpoint } from './store/checkpoints.js';
export {
  checkEpochs,
  epochsSchema,
  interruptedEnds,
  senseless,
  trialMessageSchema,
} from './executor/messages.js';
export { leadingEpochs } from './store/epochs.js';
export { append, readText } from './store/files.js';
export { checkOwnFolders, isOwnFile, openOwn, readOwn, syncOwn, withOwn } from './store/own-open.js';
export { isStoreError, storing } from './store/errors.js';
export { unsealResult } from './store/result-file.js';
export { epochCheckpoint, epochOf, TRIAL_FILES, trialFolder } from './store/names.js';
