// The parts of this package that do not need Node. Web pages get this module when they import the package.
export * from './errors.js';
export { csvField } from './csv.js';
export { safeParse } from './safe-parse.js';
export { suggest } from '@bbb/base';
export { architectureOf, countWeights, linearLayers, type Architecture } from './network/architecture.js';
export { isLinear, type FixedLayer, type Layer, type LinearLayer, type WeightSpec } from './network/layer.js';
export { shapeText, sizeOf, type Shape } from './network/shape.js';
export type { HiddenLayer, NetworkContext, NetworkDefinition } from './network/definition.js';
export type {
  Accumulator,
  BatchLoss,
  Likelihood,
  LikelihoodContext,
  LikelihoodDefinition,
  LikelihoodParameter,
  LikelihoodParams,
  OutputForm,
} from './likelihood/likelihood.js';
export {
  ACCURACY,
  errorText,
  headlineError,
  headlineOf,
  shownHeadline,
  type MetricSpec,
} from './likelihood/headline.js';
export type { DataPart, Dataset, Features, MissingValues, Targets, TargetSpec } from './data/dataset.js';
export { inputNames, numberColumns, tableWidth, type TableColumn, type TableSpec } from './data/table.js';
export { allExamples, targetsOf, type Examples } from './data/examples.js';
export { imageDataset, type ImageSet } from './data/images.js';
export {
  gatherInputs,
  type InputScaling,
  type Preprocessing,
  type TargetScaling,
} from './data/preprocessing.js';
export {
  weightsOf,
  type Draw,
  type GaussianPrior,
  type KeepMasks,
  type MemberDraw,
  type Model,
  type ModelWeight,
  type Network,
  type Params,
  type ParamSpec,
  type WeightPosterior,
} from './model/model.js';
export { isMemberDraw, keyedDraws, keyOf } from './model/draws.js';
export { cloneParams, disposeMoments, disposeParams, disposeState, flatMoments } from './model/params.js';
export type {
  Batch,
  EpochEnd,
  Moments,
  StepContext,
  StepResult,
  StepTurn,
  Trainer,
  TrainingState,
} from './model/trainer.js';
export {
  autodiffTrainer,
  type AutodiffOptions,
  type ObjectiveValue,
  type TensorBatch,
} from './model/autodiff.js';
export {
  PRUNE_SCOPES,
  type Granularity,
  type PruneContext,
  type Pruner,
  type PosteriorPart,
  type PrunerNeed,
  type PruneScope,
  type WeightStatistics,
} from './prune/pruner.js';
export type {
  Chain,
  Procedure,
  ProcedureContext,
  ProcedureDefinition,
  ProcedureStep,
  RewindPoint,
} from './procedure/procedure.js';
export { oneShotProcedure } from './procedure/one-shot.js';
export { planProcedure, procedureEpochs, type PlannedChain } from './procedure/plan.js';
export { pruneContext, type PruneSource } from './prune/context.js';
export { decide, type Removal, type Target } from './prune/decide.js';
export { prunerLabel } from './prune/label.js';
export { hold, prune } from './prune/masks.js';
export {
  ggnBlocks,
  ggnDiagonal,
  gradientMoments,
  inputRms,
  kroneckerFactors,
  layerPass,
  type ByWeight,
  type CurvatureInput,
  type GgnBlocks,
  type GradientMoments,
  type KroneckerFactors,
  type KroneckerOptions,
  type LayerChoice,
  type LayerPass,
} from './curvature/index.js';
export { openPruner, type OpenPruner } from './prune/open-pruner.js';
export { scoreWeights, type Scored } from './prune/prune-model.js';
export { rankedOf, type RankedOptions } from './prune/ranked.js';
export { prunedCount, selectAbove, selectByLayer, selectKeep, type ScoredTensor } from './prune/select.js';
export { updateKept } from './prune/update.js';
export { activePaths, silentUnits, type ActivePaths } from './prune/paths.js';
export { aliveIn, compactParams, smallerArchitecture, type Smaller } from './prune/compact.js';
export { canResize, resizeArchitecture } from './network/resize.js';
export { flopsOf } from './network/flops.js';
export {
  expandUnits,
  inputUnitOf,
  outputUnitOf,
  unitGroups,
  type UnitGroup,
  type UnitMasks,
} from './network/units.js';
export { exp, fold, log, normalCdf, normals, permutation, rootKey, uniform, unitUniform } from '@bbb/base';
export { startBackend } from './backend.js';
export * from './checkpoint/safetensors.js';
export * from './metrics/index.js';
export * from './calibration/index.js';
export type {
  DatasetContext,
  DatasetProgress,
  DatasetSource,
  ExecutorDefinition,
  MadeMethod,
  Method,
  MethodContext,
  OwnFiles,
  Plugin,
  Preset,
  PrunerDefinition,
  ReporterDefinition,
  SamplerDefinition,
  SchedulerDefinition,
  StoreDefinition,
} from './plugin/definition.js';
export { useSchema, type Use } from './plugin/use.js';
export { makeMethod, methodNames, resolveMethod, type ResolvedMethod } from './plugin/methods.js';
export {
  defineDataset,
  defineExecutor,
  defineLikelihood,
  defineMethod,
  defineNetwork,
  defineProcedure,
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
export {
  leadingName,
  parseHyperparameterPath,
  HYPERPARAMETER_PATH,
  type HyperparameterPath,
} from './search/hyperparameter-path.js';
export type { Observation, Sampler } from './search/sampler.js';
export type { Report, Scheduler } from './search/scheduler.js';
export type {
  Datasets,
  Execution,
  Executor,
  ExecutorContext,
  ExecutorFactory,
  HostContext,
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
} from './training/training-options.js';
export { mainEvaluation } from './result/result.js';
export { metricSpecSchema, resultSchema } from './result/result-schema.js';
export { adamEpsilon, trainingSchema, trialSchema } from './trial/schema.js';
export { checkTrial } from './trial/check-input.js';
export type { DataOptions, PredictionOptions, PrunerUse, PruningOptions, Trial } from './trial/trial.js';
export type {
  ByteImage,
  CategoricalMetrics,
  CompactNetwork,
  EntropyHistograms,
  EpochMetrics,
  Evaluation,
  ExampleReport,
  FirstLayerReport,
  Histogram,
  Latency,
  NetworkBytes,
  OodScore,
  PathReport,
  PredictionMetrics,
  PruningResult,
  RegressionExample,
  SnrReport,
  TrialResult,
  ValidationMetrics,
  WeightReport,
  WeightSummary,
} from './result/result.js';
export type {
  FailedTrial,
  FailureKind,
  PlannedTrial,
  SeedEnsemble,
  SweepData,
  SweepDataset,
} from './sweep/sweep-data.js';
export { faintInputs, oddities, outsideOddities, partText, sharedExamples } from './data/oddities.js';
export { checkOutside } from './data/usable.js';
export { summarise, type DataSummary, type PartSummary } from './data/summary.js';
export { TrialStopped } from './trial/stopped.js';
export {
  decodeCheckpoint,
  encodeCheckpoint,
  restoreParams,
  type TrialCheckpoint,
} from './checkpoint/trial-checkpoint.js';
export { canonicalJson } from './canonical-json.js';
export { openCheckpoint, type OpenCheckpoint } from './checkpoint/open-checkpoint.js';
export { evaluate, rowsAsked, type EvaluationSets } from './evaluation/evaluate.js';
export { watchSets } from './evaluation/progress.js';
export {
  addMembers,
  networkOutputs,
  oneNetwork,
  predictWith,
  validate,
  withNetwork,
  type Predicting,
  type Prediction,
} from './evaluation/predict.js';
export type { KeptInputs } from './evaluation/kept-inputs.js';
export { countZeros, eachDrawnWeight, type ZeroCounts } from './evaluation/drawn-weights.js';
export { examplesByCertainty } from './evaluation/by-certainty.js';
export { banditSchema, type BanditAgent, type BanditSettings } from './bandit/settings.js';
export { banditTable, type BanditTable } from './bandit/table.js';
export { playBandit, type BanditPlay, type BanditRun } from './bandit/play.js';
export { likelihoodOf, networkOf, openTrial, type OpenTrial } from './trial/open-trial.js';
export type { DataSpec } from './data/spec.js';
export { trialKeys, type TrialKeys } from './trial/keys.js';
export { checkData, splitData, testExamples, type Splits } from './data/split.js';
export { trainEpoch, type EpochTraining, type TrainingRun } from './training/train.js';
export { scheduledRate } from './training/schedule.js';
export type { RunTrial, TrialHooks, TrialInput, TrialOutcome, TrialResume } from './trial/run.js';
export type { TrialProgress } from './trial/progress.js';
