// All of this package that needs no Node: what pages get when they import it.
export {
  BbbError,
  cutErrorRecord,
  cutText,
  fromErrorRecord,
  isDiskFull,
  toErrorRecord,
  type ErrorRecord,
} from './errors.js';
export { csvField } from './csv.js';
export { suggest } from './suggest.js';
export {
  countWeights,
  sizeOf,
  weightSpecs,
  type Architecture,
  type WeightSpec,
} from './model/architecture.js';
export type { Draw, KeepMasks, Model, Network, Params, WeightPosterior } from './model/model.js';
export type { Batch, StepContext, StepResult, Trainer, TrainingState } from './model/trainer.js';
export { autodiffTrainer, type AutodiffOptions, type ObjectiveValue } from './model/autodiff.js';
export type { Pruner } from './prune/pruner.js';
export { scoreWeights } from './prune/prune-model.js';
export { prunedCount, selectKeep, type ScoredTensor } from './prune/select.js';
export { exp } from './math/exp.js';
export { log } from './math/log.js';
export { fold, rootKey } from './random/key.js';
export { normals, permutation, uniform, unitUniform } from './random/draw.js';
export { startBackend } from './backend.js';
export * from './checkpoint/safetensors.js';
export * from './metrics/index.js';
export type {
  DatasetContext,
  DatasetSource,
  ExecutorDefinition,
  Method,
  MethodContext,
  Plugin,
  Preset,
  PrunerDefinition,
  ReporterDefinition,
  SamplerDefinition,
  SchedulerDefinition,
  StoreDefinition,
  Use,
} from './plugin/definition.js';
export {
  defineDataset,
  defineExecutor,
  defineMethod,
  definePlugin,
  definePruner,
  defineReporter,
  defineStore,
  type TypedPlugin,
} from './plugin/define.js';
export { parseOptions } from './plugin/options.js';
export { checkedDataset, checkedMethod, inWords, missingFunctions } from './plugin/returned/index.js';
export {
  cardinality,
  checkSpace,
  dimensionSchema,
  valueAt,
  type Dimension,
  type Point,
  type Space,
} from './search/space.js';
export type { Observation, Sampler } from './search/sampler.js';
export type { Report, Scheduler } from './search/scheduler.js';
export type {
  Datasets,
  Execution,
  Executor,
  ExecutorContext,
  ExecutorFactory,
  Needs,
  TrialEnd,
  TrialMessage,
  TrialTask,
} from './sweep/executor.js';
export type {
  EpochEvent,
  ProgressEvent,
  StoppingEvent,
  SweepCounts,
  SweepDoneEvent,
  SweepEvent,
  SweepOutcome,
  SweepStartEvent,
  TrialDoneEvent,
  TrialFailedEvent,
  TrialsProposedEvent,
  TrialStartEvent,
  TrialStoppedEarlyEvent,
  TrialStoppedEvent,
  WarningEvent,
} from './sweep/events.js';
export type { Reporter, ReporterContext } from './sweep/reporter.js';
export type { IndexPatch, IndexRow, IndexState, StoreContext, TrialIndex } from './sweep/store.js';
export { createRegistry, PLUGIN_KINDS, type PluginKind, type Registry } from './plugin/registry.js';
export {
  DEFAULT_TRAINING,
  type Optimizer,
  type Schedule,
  type TrainingOptions,
} from './trial/training-options.js';
export { resultSchema } from './trial/result-schema.js';
export { adamEpsilon, trainingSchema, trialSchema } from './trial/schema.js';
export { checkTrial } from './trial/check-input.js';
export type { DataOptions, PredictionOptions, PruningOptions, Trial } from './trial/trial.js';
export type {
  ByteImage,
  EntropyHistograms,
  EpochMetrics,
  Evaluation,
  ExampleReport,
  FirstLayerReport,
  Histogram,
  OodScore,
  PredictionMetrics,
  PruningResult,
  SnrReport,
  TrialResult,
  ValidationMetrics,
  WeightReport,
  WeightSummary,
} from './trial/result.js';
export type { FailedTrial, FailureKind, PlannedTrial, SweepData, SweepDataset } from './trial/sweep-data.js';
export { oddities, outsideOddities, partText } from './data/oddities.js';
export { checkOutside } from './data/usable.js';
export { summarise, type DataSummary, type PartSummary } from './data/summary.js';
export { TrialStopped } from './trial/stopped.js';
export {
  decodeCheckpoint,
  disposeParams,
  encodeCheckpoint,
  restoreParams,
  type TrialCheckpoint,
} from './trial/checkpoint.js';
export { canonicalJson } from './trial/canonical-json.js';
export { openCheckpoint, type OpenCheckpoint } from './trial/open-checkpoint.js';
export { evaluate, predictWith, type EvaluationSets, type Prediction } from './trial/evaluate.js';
export { checkData, splitData, testExamples, type Splits } from './trial/split.js';
export type { Examples } from './trial/train.js';
export { scheduledRate } from './trial/schedule.js';
export type {
  RunTrial,
  TrialHooks,
  TrialInput,
  TrialOutcome,
  TrialProgress,
  TrialResume,
} from './trial/run.js';
