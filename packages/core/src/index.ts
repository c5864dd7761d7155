/**
 * The interfaces that plugins implement (network, likelihood, data, model, trainer, pruner, procedure, and the executor, store and
 * reporters of a sweep), and one trial from its JSON to its result: {@link createRegistry}, {@link startBackend}, {@link runTrial}.
 *
 * Import it to write a plugin or to run a trial from a program; `@bbb/sweep` runs many. Parts of it are entries of their own, small in a bundle:
 * `@bbb/core/metrics` (calibration, uncertainty, detection), `@bbb/core/calibration` (temperature, conformal sets), `@bbb/core/random` (keys and
 * what is drawn from them), `@bbb/core/math`, `@bbb/core/safetensors` and `@bbb/core/errors`.
 *
 * @packageDocumentation
 */
export * from './browser.js';
export { syncFile, syncFolder } from './checkpoint/durable.js';
export { writeFileAtomic, writeFileOnce } from './checkpoint/file.js';
export { readCheckpointBytes, readSafetensors, writeSafetensors } from './checkpoint/store.js';
export { allowTypeScript, loadPlugins } from './plugin/load.js';
export { locate } from './plugin/locate.js';
export { shareOneCopy } from './plugin/one-copy.js';
export { runTrial } from './trial/run-trial.js';
export { notesOf } from './data/notes.js';
export { dataId, datasetsText, datasetText } from './data/identity.js';
export { keptEpoch } from './training/kept-epoch.js';
export * as protobuf from './protobuf.js';
export { contentId, fingerprint, trialId } from './trial/id.js';
export { VERSION } from './version.js';
