import type { Key, Operand, Ops } from '@bbb/kernels';
import type { ZodType } from 'zod';
import type { Calibrated, Held } from '../calibration/calibrated.js';
import type { Targets, TargetSpec } from '../data/dataset.js';
import type { TargetScaling } from '../data/preprocessing.js';
import type { Shape } from '../network/shape.js';
import type { MetricSpec } from './headline.js';
import type { Examples } from '../data/examples.js';
import type { Evaluation, TrialResult, ValidationMetrics } from '../result/result.js';

/** A parameter of the likelihood itself, e.g. the noise of a regression: trained with the weights, without a prior, never pruned, never random. */
export interface LikelihoodParameter {
  /** Unique, begins with `likelihood.`. */
  readonly name: string;
  readonly shape: Shape;
  /** Where every element starts. */
  readonly initial: number;
}

/** The likelihood's own parameters, or the gradients of them, by name. */
export type LikelihoodParams = Readonly<Record<string, Operand>>;

/**
 * What the outputs of a network mean, as plain JSON, for those who predict without this code (exported models):
 * - `softmax`: logits of classes
 * - `gaussian`: the mean of the standardised target, and the log of its standard deviation: a number, one of the likelihood's parameters,
 *   or output 1 and a number that is added to it
 */
export type OutputForm =
  | { readonly kind: 'softmax' }
  | {
      readonly kind: 'gaussian';
      readonly logSd: number | { readonly parameter: string } | { readonly output: 1; readonly plus: number };
    };

/** What a batch costs. */
export interface BatchLoss {
  /** Negative log-likelihood summed over the batch, nats; of real targets as a density in their own unit. */
  readonly nll: number;
  /** Misclassified rows, or squared errors in the target's own unit, summed over the batch. */
  readonly error: number;
}

/**
 * Gathers what members (draws of a network) predict, and gives the distribution of their mixture, in which each has the same
 * share. Members that agree are one member, and their order does not matter.
 */
export interface Accumulator<Prediction = unknown> {
  /**
   * @param outputs `[examples, outputs]` of one member
   * @param parameters the member's own likelihood parameters, as numbers
   */
  add(outputs: Float32Array | Float64Array, parameters: Readonly<Record<string, ArrayLike<number>>>): void;
  /** After the last member. What it gives is the likelihood's own: `evaluate` and `examples` read it. */
  finish(): Prediction;
}

/**
 * What turns a network's outputs and the targets into nats, and members into a prediction. Real targets come and are judged in their own
 * unit, while the outputs are of the standardised one: {@link LikelihoodContext.scaling} leads from one to the other.
 */
export interface Likelihood<Prediction = unknown> {
  /** Numbers that it needs for one example: the network's last layer has as many. */
  readonly outputs: number;
  /** Its own, often none. */
  readonly parameters: readonly LikelihoodParameter[];
  /** Optional: without it a network can't be exported to other programs. */
  readonly form?: OutputForm;
  /** What search, status, report and page show first. Its metric is one that `evaluate` gives. */
  readonly headline: MetricSpec;
  /**
   * Loss of a batch, summed over its rows. With `gradient`, writes `scale` times the slopes of its NLL: those in the outputs into
   * `gradient.outputs`, which may be `outputs` itself, and those in the likelihood's own parameters into `gradient.parameters`, by name.
   *
   * @param outputs `[batch, outputs]`
   * @param targets one for each row: class indices, or real numbers in their own unit
   * @param parameters those of `parameters`, by name; others may stand among them
   */
  nll(
    ops: Ops,
    outputs: Operand,
    targets: Targets,
    parameters: LikelihoodParams,
    gradient?: { readonly outputs: Operand; readonly parameters: LikelihoodParams; readonly scale: number },
  ): BatchLoss;
  /**
   * Optional: what methods and criteria that look at the curvature need. Columns s_1, s_2, ... of a square root of the Hessian of each
   * row's NLL in its outputs, sum_c s_c s_c^T = H, each `[batch, outputs]`, in float64; of its expectation under the likelihood (the Fisher
   * information) where the Hessian depends on the target.
   *
   * @param outputs `[batch, outputs]`
   */
  hessianRoot?(
    outputs: Float32Array | Float64Array,
    parameters: Readonly<Record<string, ArrayLike<number>>>,
  ): readonly Float64Array[];
  /** The error of `count` examples whose `BatchLoss.error` sum to `sum`: a fraction, or a root mean squared error, less is better. */
  error(sum: number, count: number): number;
  /**
   * Error and nats per example of one member: what early stopping and selection go by, and what `evaluate` says of a prediction of this
   * one member. The NLL is NaN or infinite for outputs that are not finite.
   *
   * @param outputs `[examples, outputs]`
   */
  validate(
    outputs: Float32Array | Float64Array,
    targets: Targets,
    parameters: Readonly<Record<string, ArrayLike<number>>>,
  ): ValidationMetrics;
  /** An empty one, for so many examples. */
  accumulator(examples: number): Accumulator<Prediction>;
  /**
   * What is measured of predictions on the test set; `metrics` has `nll` (nats per example) and that of the headline. Nothing of it
   * depends on the order of the examples.
   *
   * @param outside predictions on sets that are not of the training distribution, by name
   */
  evaluate(
    prediction: Prediction,
    targets: Targets,
    outside: Readonly<Record<string, Prediction>>,
  ): Omit<Evaluation, 'predict' | 'samples'>;
  /**
   * Optional: what the network is worth once it was calibrated on examples that neither training nor selection saw: a temperature, sets
   * or intervals that keep a promise of coverage. A pure function of its arguments that does not depend on the order of the examples.
   *
   * @param key of all that is random in it
   */
  calibrate?(calibration: Held<Prediction, Targets>, test: Held<Prediction, Targets>, key: Key): Calibrated;
  /** The headline's value on the test set for what knows the targets of training but nothing of the inputs. */
  baseline(train: Targets, test: Targets): number;
  /** What a result shows of single test examples, e.g. the most and the least certain ones. */
  examples(
    prediction: Prediction,
    test: Examples,
  ): Partial<Pick<TrialResult, 'examplesByCertainty' | 'predictions'>>;
}

/** What a likelihood is made for. */
export interface LikelihoodContext {
  readonly target: TargetSpec;
  /** How real targets were standardised, by the training split. Absent for classes. */
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
  /** What it is for: the default likelihood of a data set is the first one that fits its target. */
  readonly target: TargetSpec['kind'];
  /** A pure function of its arguments; cheap. */
  create(options: Options, context: LikelihoodContext): Likelihood;
}
