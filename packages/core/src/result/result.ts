import type { TargetSpec } from '../data/dataset.js';
import type { MetricSpec } from '../likelihood/headline.js';
import type { Shape } from '../network/shape.js';
import type { Trial } from '../trial/trial.js';
import type { Evaluation, Histogram, PredictionMetrics } from './evaluation.js';

export type * from './evaluation.js';

/** One line of `metrics.jsonl`. Only `seconds` depends on the clock. */
export interface EpochMetrics {
  /** 1 is the first epoch; 0 is the network before training. */
  readonly epoch: number;
  /** Learning rate of the first step in the epoch. */
  readonly learningRate: number;
  /** Mean training negative log-likelihood over the epoch, nats per example, with the noise of training. */
  readonly trainNll: number;
  /** Training error over the epoch with the noise of training: a fraction in [0, 1], or an RMSE in the target's unit. */
  readonly trainError: number;
  /**
   * Complexity cost after the epoch, over all weights, in nats: KL[q || prior]; for a point estimate -ln p(w), which may be negative; without a
   * prior 0.
   */
  readonly kl: number;
  /** trainNll + kl / N: the objective that is minimised, in nats per example. */
  readonly loss: number;
  /** Error and NLL on the validation examples, of the mean network (or of its draws, if there is no mean). Absent without such examples. */
  readonly validationError?: number;
  readonly validationNll?: number;
  /** Mean posterior standard deviation; absent for methods without one. */
  readonly meanSigma?: number;
  /** Time of training in this epoch, without evaluation, in seconds of the monotonic clock. */
  readonly seconds: number;
}

/** Results on the validation examples, of the mean network (or of its draws, if there is no mean). They may be used before the test set is. */
export interface ValidationMetrics {
  /** Fraction misclassified, in [0, 1], or RMSE in the target's unit. */
  readonly error: number;
  /** Nats per example. */
  readonly nll: number;
}

/** Bytes of the weights of a network, without names and shapes. */
export interface NetworkBytes {
  /** All weights as float32. */
  readonly dense: number;
  /** One bit for each weight, and the float32 values that are not 0. */
  readonly sparse: number;
  /** The same, gzipped. */
  readonly gzip: number;
}

/** Which weights and units connect inputs and outputs of a network. */
export interface PathReport {
  /** Number of ranked weights on a path of weights that are not 0 from an input to an output. */
  readonly active: number;
  /** By the name of the weight into a hidden layer: number of its units that are on no such path, and of all its units. */
  readonly deadUnits: Readonly<Record<string, readonly [number, number]>>;
}

/** A pruned network without its silent units. */
export interface CompactNetwork {
  /** Number of remaining units, by the name of the weight into their layer. */
  readonly units: Readonly<Record<string, number>>;
  readonly parameters: number;
  /** Floating-point operations for one example, in the layers with weights. */
  readonly flops: number;
  readonly bytes: { readonly dense: number; readonly gzip: number };
  /** Metrics of its mean network on the test set. */
  readonly metrics: PredictionMetrics;
  /** The largest difference between its outputs and those of the pruned network, over some test examples. */
  readonly difference: number;
}

/** Milliseconds that a network takes with and without its silent units, for one example and for a batch. */
export interface Latency {
  readonly pruner: string;
  readonly share: number;
  /** Number of examples in the batch. */
  readonly batch: number;
  readonly masked: { readonly one: number; readonly batch: number };
  readonly compact: { readonly one: number; readonly batch: number };
}

/** One row of the pruning table. */
export interface PruningResult {
  /** The criterion's label, or its name. */
  readonly pruner: string;
  /**
   * The share that was asked for: of the ranked weights, or of the hidden units for a criterion of units. If no such share was asked for
   * (`suggested`, `layerShares`), it is the share that was removed.
   */
  readonly share: number;
  /** True for the sparsity that the criterion itself suggests. */
  readonly suggested?: boolean;
  /** The shares by layer, if such were asked for. */
  readonly layerShares?: readonly number[];
  /** For a criterion of units, by the name of the weight into the layer: number of removed units, and of all units. */
  readonly units?: Readonly<Record<string, readonly [number, number]>>;
  /** Sentences about what pruning did to this network: a layer that lost all its weights, a unit that was spared. */
  readonly warnings?: readonly string[];
  /** Bytes of its weights. Absent in results of earlier versions. */
  readonly bytes?: NetworkBytes;
  /** Its weights on paths from an input to an output. Absent in results of earlier versions. */
  readonly paths?: PathReport;
  /** For a criterion of units: the network without these units. */
  readonly compact?: CompactNetwork;
  /** Number of ranked weights that are exactly 0. */
  readonly zeros: number;
  /** Number of ranked weights: those of the kinds in `include`. */
  readonly ranked: number;
  /** By weight name: number of zeros, and of elements. Members of an ensemble are added up. */
  readonly layers: Readonly<Record<string, readonly [number, number]>>;
  readonly evaluations: readonly Evaluation[];
  /** Results on the validation examples. Absent without such examples, and in results of earlier versions. */
  readonly validation?: ValidationMetrics;
  /** Whether the network was trained after pruning (`finetuneEpochs`), before it was measured. */
  readonly finetuned: boolean;
}

/**
 * The evaluation that judges a network: that of its mean weights, or of its samples if there is no mean (an ensemble).
 * @param result one row of the pruning of a result
 */
export function mainEvaluation({ evaluations }: Pick<PruningResult, 'evaluations'>): Evaluation | undefined {
  return evaluations.find(({ predict }) => predict === 'mean') ?? evaluations[0];
}

/** Statistics of one weight tensor's values. */
export interface WeightSummary {
  readonly name: string;
  readonly count: number;
  readonly mean: number;
  readonly std: number;
  /** Excess kurtosis; 0 for a Gaussian. */
  readonly kurtosis: number;
  /** Fraction with magnitude below 0.01. */
  readonly nearZero: number;
}

/** Everything that a figure of weights needs, for one network at one time. */
export interface WeightReport {
  /** `initial` before training, `final` after. */
  readonly when: 'initial' | 'final';
  /** `mean` values or one `sample` of the posterior. */
  readonly draw: 'mean' | 'sample';
  readonly summaries: readonly WeightSummary[];
  /** All weights and biases together. */
  readonly histogram: Histogram;
}

/** The signal-to-noise ratio abs(mu)/sigma of all weights, in dB (20 log10). Only for Gaussian posteriors. */
export interface SnrReport {
  readonly histogram: Histogram;
}

/** One test example of a regression with its prediction, in the unit of the target. */
export interface RegressionExample {
  readonly index: number;
  /** The input in its own unit, if it is a single number. */
  readonly input?: number;
  readonly target: number;
  readonly mean: number;
  /** Standard deviations of the prediction: that of the means of the draws, and that of the noise. */
  readonly epistemic: number;
  readonly aleatoric: number;
  /** 25 %, 50 % and 75 % quantiles of the predictive distribution. */
  readonly quartiles: readonly [number, number, number];
}

/** One test example of a classifier with its prediction. */
export interface ExampleReport {
  readonly index: number;
  readonly label: number;
  readonly probabilities: readonly number[];
  readonly predictiveEntropy: number;
  /** The image: base64 of rows x cols bytes, 0 to 255. Its shape is `imageShape` of the result. */
  readonly pixels?: string;
}

/** A grey image with one byte for each pixel: byte 0 stands for `low`, 255 for `high`, linear between them. */
export interface ByteImage {
  readonly low: number;
  readonly high: number;
  /** Base64, row by row. */
  readonly bytes: string;
}

/** Images of the first layer's weights. They have the shape `imageShape`. */
export interface FirstLayerReport {
  /** Over all hidden units, for each pixel: the mean of abs(mu), the mean of sigma. */
  readonly meanAbsMu: ByteImage;
  readonly meanSigma?: ByteImage;
  /** By ascending share (0 first), for each pixel: the share of its weights kept by the trial's first criterion. */
  readonly kept: readonly { readonly share: number; readonly image: ByteImage }[];
  /** The hidden units with the largest norm of incoming means, largest first; ties by number. */
  readonly units: readonly {
    readonly unit: number;
    readonly mu: ByteImage;
    readonly sigma?: ByteImage;
    /** For each pixel: how many of the shares in `kept` keep the weight (0 to the number of shares). */
    readonly kept: ByteImage;
  }[];
}

/** The result of a finished trial: `result.json`. */
export interface TrialResult {
  readonly format: 'bbb-result/1';
  readonly id: string;
  readonly trial: Trial;
  /** Number of weights and biases of the network; for an ensemble, of all its members. */
  readonly parameters: number;
  /**
   * The headline of a predictor that ignores the inputs, on the test examples: accuracy when it always names the most frequent class, RMSE when it
   * predicts the mean training target. Absent in results of earlier versions.
   */
  readonly baseline?: number;
  /** Training, validation and test examples used. */
  readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
  readonly epochs: readonly EpochMetrics[];
  /** Epoch of the lowest validation error (the first, at a tie); absent without validation. */
  readonly bestEpoch?: number;
  readonly pruning: readonly PruningResult[];
  readonly weights: readonly WeightReport[];
  readonly snr?: SnrReport;
  /** Log marginal likelihood of the training examples for the dense network, nats. Absent if the method does not compute it. */
  readonly logEvidence?: number;
  /** Rows and columns of the input images. */
  readonly imageShape?: readonly [number, number];
  readonly firstLayer?: FirstLayerReport;
  /** Shape of one example, if it is not a grey image. */
  readonly inputShape?: Shape;
  /** The target, unless it is a class without a name. */
  readonly target?: TargetSpec;
  /** The number to show first; absent: accuracy. */
  readonly headline?: MetricSpec;
  /** For a regression: predictions of the dense network for test examples, evenly spaced if there are many. */
  readonly predictions?: readonly RegressionExample[];
  /** For a classifier: the most and the least certain test examples of the dense network. */
  readonly examplesByCertainty?: {
    readonly most: readonly ExampleReport[];
    readonly least: readonly ExampleReport[];
  };
  /** SHA-256 of checkpoint.safetensors. */
  readonly checkpointSha256: string;
  /** Its size in bytes. Absent in results of earlier versions. */
  readonly checkpointBytes?: number;
  /** Name of the data set. Absent in results of earlier versions. */
  readonly dataset?: string;
  /** SHA-256 of the data files, by file. */
  readonly dataSha256: Readonly<Record<string, string>>;
  /** The same of the out-of-distribution set, if there is one. */
  readonly outOfDistributionSha256?: Readonly<Record<string, string>>;
  /** The machine and the software that ran it. This part need not be reproducible. */
  readonly environment: {
    readonly bbb: string;
    readonly node: string;
    readonly platform: string;
    readonly cpu: string;
    readonly seconds: number;
    /** Times of compact networks, and of the networks that they were made from. */
    readonly latency?: readonly Latency[];
  };
}
