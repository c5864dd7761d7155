/**
 * To plan sweeps ({@link parseSweepConfig}, {@link planSweep}), run them on all cores so that nothing is lost ({@link runSweep}), and read what they
 * left ({@link readSweep}, {@link readTrial}). Events, and what plugins of a sweep implement, are in `@bbb/core`.
 *
 * Import it where a program runs many trials, or reads a folder of results. `@bbb/sweep/plugin` is the plugin with the executors, stores and
 * reporters that ship; `@bbb/sweep/host` has what an executor for other machines is made of.
 *
 * @packageDocumentation
 */
export { parseSweepConfig } from './config/parse.js';
export {
  defineSweep,
  parseSweepFile,
  sweepFileSchema,
  type ParsedFile,
  type Parts,
  type SweepFile,
  type UseInput,
} from './config/file.js';
export type { SweepPluginOptions } from './option-types.js';
export { overlayConfig, withoutPruning } from './config/overlay.js';
export {
  sweepConfigSchema,
  type MethodEntry,
  type SweepConfig,
  type SweepConfigInput,
} from './config/schema.js';
export type { TrainingPatch } from './config/training.js';
export { needsOf } from './plan/needs.js';
export { usableCores } from './executor/cores.js';
export { planSweep, type Plan } from './plan/plan.js';
export { lossOf } from './search/objective.js';
export { checkSweep } from './run/check-sweep.js';
export { runSweep } from './run/run-sweep.js';
export { exitCode } from './run/exit-code.js';
export type { SweepOptions } from './run/options.js';
export { isSweepsOwn } from './store/own-files.js';
export { shareFolder } from './store/shares.js';
export {
  readEpochs,
  readDatasets,
  readPlan,
  readSeconds,
  readSweep,
  readTrial,
  type TrialReading,
} from './read.js';
export { readOrigin, type SweepOrigin } from './origin.js';
export { repairSweep, type RepairReport } from './repair.js';
export type { DataIdentity } from './store/data-identity.js';
export {
  checkDataDir,
  checkTrainedOn,
  isOfData,
  loadPlanData,
  planDatasets,
  planWarnings,
  trainedOn,
} from './stored-data.js';
export { sweepStatus, type SweepStatus } from './status.js';
export { createOutlook, sweepOutlook, type Outlook } from './outlook/outlook.js';
export { estimateSeconds, type EstimateOptions } from './estimate.js';
export { exportSweep, type ExportFormat } from './export/export.js';
export type { ExportTable } from './export/rows.js';
