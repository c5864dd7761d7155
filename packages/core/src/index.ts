export { BbbError, fromErrorRecord, toErrorRecord, type ErrorRecord } from './errors.js';
export { suggest } from './suggest.js';
export { countWeights, sizeOf, weightSpecs, type Architecture, type WeightSpec } from './model/architecture.js';
export type { Draw, KeepMasks, Model, Network, Params, WeightPosterior } from './model/model.js';
export type { Batch, StepContext, StepResult, Trainer, TrainingState } from './model/trainer.js';
export type { Pruner } from './prune/pruner.js';
export type {
  DatasetSource,
  Method,
  MethodContext,
  Plugin,
  Preset,
  PrunerDefinition,
  Use,
} from './plugin/definition.js';
export { definePlugin } from './plugin/define.js';
export { createRegistry, PLUGIN_KINDS, type PluginKind, type Registry } from './plugin/registry.js';
export type { Optimizer, Schedule, TrainingOptions } from './trial/training-options.js';
export type { DataOptions, PredictionOptions, PruningOptions, Trial } from './trial/trial.js';
export type {
  EpochMetrics,
  Evaluation,
  ExampleReport,
  Histogram,
  OodScore,
  PredictionMetrics,
  PruningResult,
  SnrReport,
  TrialResult,
  WeightReport,
  WeightSummary,
} from './trial/result.js';
export type { RunTrial, TrialHooks, TrialInput, TrialOutcome, TrialProgress, TrialResume } from './trial/run.js';
