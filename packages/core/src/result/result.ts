import type { TargetSpec } from '../data/dataset.js';
import type { MetricSpec } from '../likelihood/headline.js';
import type { Shape } from '../network/shape.js';
import type { Trial } from '../trial/trial.js';
import type { Evaluation, Histogram, PredictionMetrics } from './evaluation.js';

export type * from './evaluation.js';

/** One line of `metrics.jsonl`. Nothing here depends on the clock but `seconds`. */
export interface EpochMetrics {
  /** 1 is the first; 0 is the network before training. */
  readonly epoch: number;
  /** Of the epoch's first step. */
  readonly learningRate: number;
  /** Mean training negative log-likelihood over the epoch, nats per example, with the noise of training. */
  readonly trainNll: number;
  /** Training error over the epoch with the noise of training: a fraction in [0, 1], or an RMSE in the target's unit. */
  readonly trainError: number;
  /**
   * Complexity cost after the epoch, nats in all: KL[q || prior], for a point estimate -ln p(w), which may be negative; 0
   * without a prior.
   */
  readonly kl: number;
  /** trainNll + kl / N: the minimised objective, nats per example. */
  readonly loss: number;
  /** Error and NLL of the mean network (where there is none, of its draws) on the validation examples; absent without any. */
  readonly validationError?: number;
  readonly validationNll?: number;
  /** Mean posterior standard deviation; absent for methods without one. */
  readonly meanSigma?: number;
  /** Training time of this epoch, seconds by the monotonic clock, without evaluation. */
  readonly seconds: number;
}

/** The mean network (where there is none, its draws) on the validation examples: what may be looked at before the test set is. */
export interface ValidationMetrics {
  /** Fraction misclassified, in [0, 1], or RMSE in the target's unit. */
  readonly error: number;
  /** Nats per example. */
  readonly nll: number;
}

/** What the weights of a network take, without names and shapes. */
export interface NetworkBytes {
  /** All of them, in float32. */
  readonly dense: number;
  /** A bit for each weight and the float32 of those that are not 0. */
  readonly sparse: number;
  /** The same, gzipped. */
  readonly gzip: number;
}

/** What lies between inputs and outputs of a network. */
export interface PathReport {
  /** Weights that take part and lie on a path of weights that are not 0 from an input to an output. */
  readonly active: number;
  /** Hidden units that are on no such path, and all, by the weight into their layer. */
  readonly deadUnits: Readonly<Record<string, readonly [number, number]>>;
}

/** A pruned network whose silent units were left out for good. */
export interface CompactNetwork {
  /** Units that are left, by the weight into their layer. */
  readonly units: Readonly<Record<string, number>>;
  readonly parameters: number;
  /** Floating-point operations for one example, in the layers with weights. */
  readonly flops: number;
  readonly bytes: { readonly dense: number; readonly gzip: number };
  /** Of its mean network on the test set. */
  readonly metrics: PredictionMetrics;
  /** The largest difference of an output of it and of the pruned network, over a few test examples. */
  readonly difference: number;
}

/** What a network takes before and after its silent units were left out, milliseconds: of one example, and of a batch. */
export interface Latency {
  readonly pruner: string;
  readonly share: number;
  /** Examples in the batch. */
  readonly batch: number;
  readonly masked: { readonly one: number; readonly batch: number };
  readonly compact: { readonly one: number; readonly batch: number };
}

/** One row of the pruning table. */
export interface PruningResult {
  /** The criterion's label, or its name. */
  readonly pruner: string;
  /**
   * The share asked for, of the weights that take part; of a criterion of units, of the hidden units. Where no such share was asked for
   * (`suggested`, `layerShares`), the share that was removed.
   */
  readonly share: number;
  /** True for the sparsity that the criterion itself suggests. */
  readonly suggested?: boolean;
  /** The shares asked for by layer, where they were. */
  readonly layerShares?: readonly number[];
  /** Of a criterion of units, by the weight into the layer: units removed, and all. */
  readonly units?: Readonly<Record<string, readonly [number, number]>>;
  /** Sentences about what pruning did to this network: a layer that lost all its weights, a unit that was spared. */
  readonly warnings?: readonly string[];
  /** What its weights take; absent in results of earlier versions. */
  readonly bytes?: NetworkBytes;
  /** Which of its weights count: those on a path from an input to an output. Absent in results of earlier versions. */
  readonly paths?: PathReport;
  /** Of a criterion of units: the network without them. */
  readonly compact?: CompactNetwork;
  /** Weights that are exactly zero, of those ranked. */
  readonly zeros: number;
  /** Weights that `include` names. */
  readonly ranked: number;
  /** By weight name: zeros and elements, of an ensemble's members together. */
  readonly layers: Readonly<Record<string, readonly [number, number]>>;
  readonly evaluations: readonly Evaluation[];
  /** The same network on the validation examples; absent without any, and in results of earlier versions. */
  readonly validation?: ValidationMetrics;
  /** Whether the pruned network was trained on (`finetuneEpochs`) before it was measured. */
  readonly finetuned: boolean;
}

/** What a network is judged by where there is one number: its mean weights; what has none (an ensemble), by its samples. */
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

/** Everything a figure of weights needs, of one network at one time. */
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

/** One test example of a regression and what the network made of it, in the target's unit. */
export interface RegressionExample {
  readonly index: number;
  /** The input, where it is a single number, in its own unit. */
  readonly input?: number;
  readonly target: number;
  readonly mean: number;
  /** Standard deviations of the prediction: what draws differ by, and what is left of noise. */
  readonly epistemic: number;
  readonly aleatoric: number;
  /** 25 %, 50 % and 75 % quantiles of the predictive distribution. */
  readonly quartiles: readonly [number, number, number];
}

/** One test example of a classifier and what the network made of it. */
export interface ExampleReport {
  readonly index: number;
  readonly label: number;
  readonly probabilities: readonly number[];
  readonly predictiveEntropy: number;
  /** The image: base64 of rows x cols bytes, 0 to 255. Its shape is `imageShape` of the result. */
  readonly pixels?: string;
}

/** A grey image in as many bytes as pixels: byte 0 stands for `low`, 255 for `high`, linear between. */
export interface ByteImage {
  readonly low: number;
  readonly high: number;
  /** Base64, row by row. */
  readonly bytes: string;
}

/** What the first layer looks at. Images have the shape `imageShape`. */
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

/** What a finished trial leaves: `result.json`. */
export interface TrialResult {
  readonly format: 'bbb-result/1';
  readonly id: string;
  readonly trial: Trial;
  /** Weights and biases of the network, of an ensemble of all its members. */
  readonly parameters: number;
  /**
   * The headline on the test examples of what knows nothing of the inputs: accuracy of always naming their most frequent class, RMSE
   * of the mean target of training. Absent in results of earlier versions.
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
  /** Log marginal likelihood of the training examples, nats, of the dense network; absent where its method does not say one. */
  readonly logEvidence?: number;
  /** Rows and columns of the input images. */
  readonly imageShape?: readonly [number, number];
  readonly firstLayer?: FirstLayerReport;
  /** Of one example, where it is no grey image. */
  readonly inputShape?: Shape;
  /** What is predicted, where it is not merely one of so many classes. */
  readonly target?: TargetSpec;
  /** The number to show first; absent: accuracy. */
  readonly headline?: MetricSpec;
  /** Of a regression: what the dense network predicts of test examples, evenly spaced where there are many. */
  readonly predictions?: readonly RegressionExample[];
  /** Of a classifier: the most and the least certain test examples of the dense network. */
  readonly examplesByCertainty?: {
    readonly most: readonly ExampleReport[];
    readonly least: readonly ExampleReport[];
  };
  /** SHA-256 of checkpoint.safetensors. */
  readonly checkpointSha256: string;
  /** How long it is; absent in results of earlier versions. */
  readonly checkpointBytes?: number;
  /** What the data set is called; absent in results of earlier versions. */
  readonly dataset?: string;
  /** SHA-256 of the data files, by file. */
  readonly dataSha256: Readonly<Record<string, string>>;
  /** The same of the out-of-distribution set, if there is one. */
  readonly outOfDistributionSha256?: Readonly<Record<string, string>>;
  /** What ran it. Not part of what must be reproducible. */
  readonly environment: {
    readonly bbb: string;
    readonly node: string;
    readonly platform: string;
    readonly cpu: string;
    readonly seconds: number;
    /** How long compact networks take, and what they were made from. */
    readonly latency?: readonly Latency[];
  };
}
