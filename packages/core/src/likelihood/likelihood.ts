import type { Key, Operand, Ops } from '@bbb/kernels';
import type { ZodType } from 'zod';
import type { Calibrated, Held } from '../calibration/calibrated.js';
import type { Targets, TargetSpec } from '../data/dataset.js';
import type { TargetScaling } from '../data/preprocessing.js';
import type { Shape } from '../network/shape.js';
import type { MetricSpec } from './headline.js';
import type { Examples } from '../data/examples.js';
import type { Evaluation, TrialResult, ValidationMetrics } from '../result/result.js';

/**
 * A parameter of the likelihood itself, e.g. the noise of a regression. It is trained with the weights. It has no prior, is never pruned and
 * never random.
 */
export interface LikelihoodParameter {
  /** Unique; begins with `likelihood.`. */
  readonly name: string;
  readonly shape: Shape;
  /** Initial value of every element. */
  readonly initial: number;
}

/** The parameters of the likelihood, or their gradients, by name. */
export type LikelihoodParams = Readonly<Record<string, Operand>>;

/**
 * What the outputs of a network mean, as plain JSON, for exported models, which predict without this code:
 * - `softmax`: logits of classes
 * - `gaussian`: output 0 is the mean of the standardised target. The logarithm of its standard deviation is a constant, a parameter of the
 *   likelihood, or output 1 plus a constant
 */
export type OutputForm =
  | { readonly kind: 'softmax' }
  | {
      readonly kind: 'gaussian';
      readonly logSd: number | { readonly parameter: string } | { readonly output: 1; readonly plus: number };
    };

/** Loss of a batch. */
export interface BatchLoss {
  /** Negative log-likelihood summed over the batch, in nats. For real targets the density is in their own unit. */
  readonly nll: number;
  /** Number of misclassified rows, or sum of the squared errors in the unit of the target. */
  readonly error: number;
}

/**
 * Collects the outputs of members (draws of a network) and gives the distribution of their mixture, in which each member has the same weight.
 * Members that all agree give the same as one member. Their order does not matter.
 */
export interface Accumulator<Prediction = unknown> {
  /**
   * @param outputs `[examples, outputs]` of one member
   * @param parameters likelihood parameters of this member, as numbers
   * @param variances variances of the outputs, which are then the means of Gaussians. Only if {@link Likelihood.takesVariances} is true
   */
  add(
    outputs: Float32Array | Float64Array,
    parameters: Readonly<Record<string, ArrayLike<number>>>,
    variances?: Float32Array | Float64Array,
  ): void;
  /** Call it after the last member. Each likelihood has its own kind of prediction, which its `evaluate` and `examples` read. */
  finish(): Prediction;
}

/**
 * Turns the outputs of a network and the targets into a loss (in nats), and members into a prediction. Real targets are given and judged in
 * their own unit, while outputs are standardised: {@link LikelihoodContext.scaling} converts one into the other.
 */
export interface Likelihood<Prediction = unknown> {
  /** Number of outputs that it needs for one example: the width of the network's last layer. */
  readonly outputs: number;
  /** Parameters of its own; often none. */
  readonly parameters: readonly LikelihoodParameter[];
  /** Optional: without it a network can't be exported to other programs. */
  readonly form?: OutputForm;
  /** The number that search, status, report and page show first. `evaluate` must return its metric. */
  readonly headline: MetricSpec;
  /**
   * Loss of a batch, summed over its rows. With `gradient`, it also writes `scale` times the gradient of the NLL: with respect to the outputs
   * into `gradient.outputs`, which may be `outputs` itself; with respect to the likelihood's parameters into `gradient.parameters`, by name.
   *
   * @param outputs `[batch, outputs]`
   * @param targets one for each row: class indices, or real numbers in their own unit
   * @param parameters values of `parameters`, by name; there may be others, too
   */
  nll(
    ops: Ops,
    outputs: Operand,
    targets: Targets,
    parameters: LikelihoodParams,
    gradient?: { readonly outputs: Operand; readonly parameters: LikelihoodParams; readonly scale: number },
  ): BatchLoss;
  /**
   * Optional: methods and criteria that use the curvature need it. Let H be the Hessian of a row's NLL with respect to its outputs, or its
   * expectation under the likelihood (the Fisher information) if the Hessian depends on the target. Returns columns s_1, s_2, ... with
   * sum_c s_c s_c^T = H for each row; each column is `[batch, outputs]` in float64.
   *
   * @param outputs `[batch, outputs]`
   */
  hessianRoot?(
    outputs: Float32Array | Float64Array,
    parameters: Readonly<Record<string, ArrayLike<number>>>,
  ): readonly Float64Array[];
  /** The error of `count` examples whose `BatchLoss.error` add up to `sum`: a fraction, or a root mean squared error. Less is better. */
  error(sum: number, count: number): number;
  /**
   * Error and nats per example for one member. Early stopping and selection use them, and they equal what `evaluate` gives for a prediction of
   * this one member. The NLL is NaN or infinite for outputs that are not finite.
   *
   * @param outputs `[examples, outputs]`
   */
  validate(
    outputs: Float32Array | Float64Array,
    targets: Targets,
    parameters: Readonly<Record<string, ArrayLike<number>>>,
  ): ValidationMetrics;
  /** Whether its accumulator integrates over Gaussian outputs. Methods with a prediction in closed form need it. Default: false. */
  readonly takesVariances?: boolean;
  /** A new, empty accumulator for this number of examples. */
  accumulator(examples: number): Accumulator<Prediction>;
  /**
   * The metrics of predictions on the test set. `metrics` has `nll` (nats per example) and the metric of the headline. The order of the
   * examples does not matter.
   *
   * @param outside predictions on out-of-distribution sets, by name
   */
  evaluate(
    prediction: Prediction,
    targets: Targets,
    outside: Readonly<Record<string, Prediction>>,
  ): Omit<Evaluation, 'predict' | 'samples'>;
  /**
   * Optional: calibrates the predictions on examples that neither training nor selection saw (a temperature; sets or intervals with a
   * guaranteed coverage), and measures the result on the test set. A pure function of its arguments; the order of the examples does not
   * matter.
   *
   * @param key all randomness comes from it
   */
  calibrate?(calibration: Held<Prediction, Targets>, test: Held<Prediction, Targets>, key: Key): Calibrated;
  /** The headline on the test set of a predictor that ignores the inputs and only knows the training targets. */
  baseline(train: Targets, test: Targets): number;
  /** The single test examples that a result shows, e.g. the most and the least certain ones. */
  examples(
    prediction: Prediction,
    test: Examples,
  ): Partial<Pick<TrialResult, 'examplesByCertainty' | 'predictions'>>;
}

/** The properties of the data that a likelihood is made for. */
export interface LikelihoodContext {
  readonly target: TargetSpec;
  /** How real targets are standardised; fitted on the training split. Absent for classes. */
  readonly scaling?: TargetScaling;
}

/** A named likelihood: plugin kind `likelihoods`. `Options` is plain JSON, checked by the schema. */
export interface LikelihoodDefinition<Options = unknown> {
  /** One sentence for `bbb plugins`. */
  readonly description: string;
  /** Where it comes from: paper, equation. */
  readonly source?: string;
  /** A strict zod object; every option has a default and a `.describe()`. */
  readonly options: ZodType<Options>;
  /** The kind of target that it fits. The default likelihood of a data set is the first one that fits its target. */
  readonly target: TargetSpec['kind'];
  /** A pure function of its arguments; cheap. */
  create(options: Options, context: LikelihoodContext): Likelihood;
}
