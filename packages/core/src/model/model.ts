import type { Key, Operand } from '@bbb/kernels';
import type { Architecture } from '../network/architecture.js';
import type { WeightSpec } from '../network/layer.js';
import type { Shape } from '../network/shape.js';

/** Named operands. The order of the names is part of the value: it is the order of the checkpoint. */
export type Params = Readonly<Record<string, Operand>>;

/** One tensor that training changes. A weight may have several: a Gaussian one has `mu` and `rho`. */
export interface ParamSpec {
  /** Unique, e.g. `layers.0.weight.mu`. */
  readonly name: string;
  readonly shape: Shape;
  /**
   * The weight that it belongs to, of the same shape, e.g. a moment of it or a kept sample: masks apply to it. Absent for what is no part
   * of a weight, or of another shape, and never pruned.
   */
  readonly weight?: string;
  /** What it is where its weight is pruned, e.g. 0 for `mu` and -Infinity for `rho`. */
  readonly pruned: number;
}

/**
 * Which network to draw from the distribution over weights:
 * - `mean`: every weight at its posterior mean, no noise; deterministic. Only of a model that {@link Model.hasMean | has a mean}.
 * - a {@link Key}, which every model takes: w ~ q(w) of Bayes by Backprop, one set of dropout masks, a member picked by chance.
 * - a {@link MemberDraw}, of a model that is made of several.
 */
export type Draw = 'mean' | Key | MemberDraw;

/** A draw of one member of an ensemble, or of a kept sample. */
export interface MemberDraw {
  /** From 0. */
  readonly member: number;
  /** Of the member itself; `mean` of one without a mean network is one of its draws, always the same. */
  readonly of: Draw;
}

/** One concrete network. Free it with `dispose`. */
export interface Network {
  /**
   * The very operands that `outputs` multiplies by, under the names that the architecture has for them. A pruned weight is exactly 0
   * here.
   */
  readonly weights: Params;
  /** The likelihood's own parameters that go with these weights, by name; often none. */
  readonly likelihood: Params;
  /** `[batch, outputs]` for x `[batch, inputs]`; the caller frees the result. Does not depend on how data were cut into batches. */
  outputs(x: Operand): Operand;
  dispose(): void;
}

/** What is known of one weight tensor: all a pruner or a figure gets to see. Copies; changing them changes nothing. */
export interface WeightPosterior extends ModelWeight {
  /** Posterior means (a point posterior's value), row-major. */
  readonly mu: Float32Array;
  /** Posterior standard deviations; absent for methods without them. */
  readonly sigma?: Float32Array;
  /** The Gaussian prior N(mu, sigma^2) that it was trained under: one for all elements, or an element for each. Absent: none, or another one. */
  readonly prior?: GaussianPrior;
  /** Probability that the weight is there at all, of posteriors that are a spike at 0 and a slab. Absent: it always is. */
  readonly inclusion?: Float32Array;
  /**
   * log alpha of each input unit of the layer, of posteriors where all weights of a unit share a random scale: alpha is the variance of the
   * scale over its squared mean. High: noise; `inputUnits` numbers. Absent: there is no such scale.
   */
  readonly unitNoise?: Float32Array;
}

/** Mean and standard deviation of a prior, of every element or of each. */
export interface GaussianPrior {
  readonly mu: number | Float32Array;
  readonly sigma: number | Float32Array;
}

/** A network and the distribution over its weights: how to initialise, run and sample it. No state of its own. */
export interface Model {
  /** The layers that it draws weights for. */
  readonly architecture: Architecture;
  /**
   * The parameters in order, the likelihood's own among them, and what the trainer keeps beside what it moves (moments of iterates,
   * samples, curvature). Core stores, restores and prunes by them: see {@link ParamSpec}.
   */
  readonly params: readonly ParamSpec[];
  /** The weights that are pruned, where they are not the architecture's: those of every member. Default: the architecture's. */
  readonly weights?: readonly ModelWeight[];
  /** False when every draw equals the mean (a point posterior): predicting with samples would only repeat itself. */
  readonly stochastic: boolean;
  /** False where there is no mean network (e.g. an ensemble): it is measured by its draws alone. Default true. */
  readonly hasMean?: boolean;
  /** Fresh parameters, a pure function of the key. The caller owns them. */
  init(key: Key): Params;
  /**
   * Draws to predict with together, a pure function of the key: so many where there are as many as one likes; of an ensemble all its
   * members, each so often where they are stochastic; of kept samples no more than were kept.
   */
  draws(count: number, key: Key): readonly Draw[];
  /** The network at this draw; the caller disposes of it before `params`. The same draw gives the same bits. */
  draw(params: Params, draw: Draw): Network;
  /** One entry for each weight (of {@link Model.weights}), in that order. */
  posterior(params: Params): WeightPosterior[];
}

/** A weight tensor of one member of several. */
export interface ModelWeight extends WeightSpec {
  /** Which member's, from 0: its networks are the draws `{ member, of }`. */
  readonly member?: number;
  /** What the architecture, and so a {@link Network}, calls it. Default: `name`. */
  readonly of?: string;
}

/** The weights that a model is pruned by: its own, else the architecture's. */
export function weightsOf({
  weights,
  architecture,
}: Pick<Model, 'weights' | 'architecture'>): readonly ModelWeight[] {
  return weights ?? architecture.weights;
}

/** By weight name, one byte for each element: 1 keeps, 0 prunes. */
export type KeepMasks = Readonly<Record<string, Uint8Array>>;
