export * from './browser.js';
export { syncFile, syncFolder } from './checkpoint/durable.js';
export { writeFileAtomic, writeFileOnce } from './checkpoint/file.js';
export { readCheckpointBytes, readSafetensors, writeSafetensors } from './checkpoint/store.js';
export { allowTypeScript, loadPlugins, locate } from './plugin/load.js';
export { runTrial } from './trial/run-trial.js';
export { keptEpoch } from './trial/kept-epoch.js';
export { contentId, fingerprint, trialId } from './trial/id.js';
export { VERSION } from './version.js';
