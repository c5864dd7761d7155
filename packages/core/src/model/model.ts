import type { Key, Operand } from '@bbb/kernels';
import type { Architecture } from '../network/architecture.js';
import type { WeightSpec } from '../network/layer.js';
import type { Shape } from '../network/shape.js';

/** Named operands. The order of the names is part of the value: it is the order of the checkpoint. */
export type Params = Readonly<Record<string, Operand>>;

/** One tensor that training changes. A weight may have several: a Gaussian weight has `mu` and `rho`. */
export interface ParamSpec {
  /** Unique, e.g. `layers.0.weight.mu`. */
  readonly name: string;
  readonly shape: Shape;
  /**
   * The weight that it belongs to; it has the shape of this weight, and the masks of the weight apply to it. Also given for a moment of a
   * weight, or a kept sample. Absent for a tensor that belongs to no weight or has another shape: it is never pruned.
   */
  readonly weight?: string;
  /** Its value where the weight is pruned, e.g. 0 for `mu` and -Infinity for `rho`. */
  readonly pruned: number;
}

/**
 * Which network to draw from the distribution over weights:
 * - `mean`: every weight at its posterior mean, without noise. Only for a model that {@link Model.hasMean | has a mean}.
 * - a {@link Key}, which every model takes: w ~ q(w) of Bayes by Backprop, one set of dropout masks, or a random member.
 * - a {@link MemberDraw}, for a model that has several members.
 */
export type Draw = 'mean' | Key | MemberDraw;

/** A draw from one member of an ensemble, or a kept sample. */
export interface MemberDraw {
  /** Counted from 0. */
  readonly member: number;
  /** The draw of the member itself. For a member without a mean network, `mean` is one of its draws, always the same one. */
  readonly of: Draw;
}

/** One concrete network. Free it with `dispose`. */
export interface Network {
  /**
   * The operands that `outputs` multiplies by, under their names in the architecture. A pruned weight is exactly 0 here.
   */
  readonly weights: Params;
  /** The likelihood parameters that go with these weights, by name; often none. */
  readonly likelihood: Params;
  /** The outputs, `[batch, outputs]`, for x `[batch, inputs]`. The caller frees the result. An output depends only on its own row of x. */
  outputs(x: Operand): Operand;
  /**
   * The variances of the outputs, `[batch, outputs]`, of a network whose outputs are Gaussian in closed form; `outputs` are their means. The caller
   * frees the result. Absent: the outputs have no variance.
   */
  outputVariances?(x: Operand): Operand;
  dispose(): void;
}

/** What is known about one weight tensor: pruners and figures get this and no more. The arrays are copies. */
export interface WeightPosterior extends ModelWeight {
  /** Posterior means, row-major; for a point posterior, the values. */
  readonly mu: Float32Array;
  /** Posterior standard deviations. Absent for methods without them. */
  readonly sigma?: Float32Array;
  /** The Gaussian prior N(mu, sigma^2) of the training: one for all elements, or one for each. Absent: no prior, or one of another kind. */
  readonly prior?: GaussianPrior;
  /** Probability that a weight is not 0, for posteriors with a spike at 0 and a slab. Absent: there is no spike. */
  readonly inclusion?: Float32Array;
  /**
   * log alpha for each input unit of the layer (`inputUnits` numbers), for posteriors in which all weights of a unit share a random scale.
   * alpha is the variance of the scale divided by its squared mean: a unit with a high alpha is mostly noise. Absent: there is no such scale.
   */
  readonly unitNoise?: Float32Array;
}

/** Mean and standard deviation of a prior: one number for all elements, or one for each. */
export interface GaussianPrior {
  readonly mu: number | Float32Array;
  readonly sigma: number | Float32Array;
}

/** A network and the distribution over its weights: how to initialise, run and sample it. It has no state. */
export interface Model {
  /** The layers that it draws weights for. */
  readonly architecture: Architecture;
  /**
   * All parameters, in order. They include the parameters of the likelihood, and tensors that the trainer keeps but steps do not change
   * (moments of the iterates, samples, curvature). Core stores, restores and prunes all of them: see {@link ParamSpec}.
   */
  readonly params: readonly ParamSpec[];
  /** The weights that pruning applies to. A model with members lists those of every member. Default: the weights of the architecture. */
  readonly weights?: readonly ModelWeight[];
  /** False if every draw equals the mean (a point posterior): more draws would give the same prediction. */
  readonly stochastic: boolean;
  /** False if there is no mean network, e.g. for an ensemble: then only its draws are measured. Default: true. */
  readonly hasMean?: boolean;
  /**
   * False if a draw does not predict as a forward pass through its weights does (linear in its weights, or in closed form). Then files for
   * other programs hold only the mean network. Default: true.
   */
  readonly plainDraws?: boolean;
  /** The log marginal likelihood of the training examples under the approximation of the method, nats, after training. Optional. */
  logEvidence?(params: Params): number | undefined;
  /** New parameters, a pure function of the key. The caller owns them. */
  init(key: Key): Params;
  /**
   * Draws that predict together, a pure function of the key. Most models give `count` draws. An ensemble gives all its members; if these are
   * stochastic, `count` draws of each. A model that kept samples gives at most those.
   */
  draws(count: number, key: Key): readonly Draw[];
  /** The network of this draw. The caller disposes of it before `params`. The same draw gives the same bits. */
  draw(params: Params, draw: Draw): Network;
  /** One entry for each weight of {@link Model.weights}, in the same order. */
  posterior(params: Params): WeightPosterior[];
}

/** A weight tensor of a model that may have several members. */
export interface ModelWeight extends WeightSpec {
  /** Number of its member, from 0; `{ member, of }` are the draws of this member. Absent: the model is one network. */
  readonly member?: number;
  /** Its name in the architecture, and so in a {@link Network}. Default: `name`. */
  readonly of?: string;
}

/**
 * The weights that pruning applies to: those of the model if it lists any, else those of the architecture.
 * @param model a model
 */
export function weightsOf({
  weights,
  architecture,
}: Pick<Model, 'weights' | 'architecture'>): readonly ModelWeight[] {
  return weights ?? architecture.weights;
}

/** By weight name: one byte for each element, 1 keeps, 0 prunes. */
export type KeepMasks = Readonly<Record<string, Uint8Array>>;
