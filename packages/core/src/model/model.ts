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
  /** The weight that it belongs to, of the same shape; absent for what is no part of a weight and never pruned. */
  readonly weight?: string;
  /** What it is where its weight is pruned, e.g. 0 for `mu` and -Infinity for `rho`. */
  readonly pruned: number;
}

/**
 * Which network to draw from the distribution over weights:
 * - `mean`: every weight at its posterior mean, no noise; deterministic.
 * - one of {@link Model.draws}, e.g. a {@link Key}: w ~ q(w) of Bayes by Backprop, or one set of dropout masks.
 */
export type Draw = 'mean' | Key;

/** One concrete network. Free it with `dispose`. */
export interface Network {
  /** The very operands that `outputs` multiplies by, by {@link WeightSpec} name. A pruned weight is exactly 0 here. */
  readonly weights: Params;
  /** The likelihood's own parameters that go with these weights, by name; often none. */
  readonly likelihood: Params;
  /** `[batch, outputs]` for x `[batch, inputs]`; the caller frees the result. Does not depend on how data were cut into batches. */
  outputs(x: Operand): Operand;
  dispose(): void;
}

/** What is known of one weight tensor: all a pruner or a figure gets to see. Copies; changing them changes nothing. */
export interface WeightPosterior extends WeightSpec {
  /** Posterior means (a point posterior's value), row-major. */
  readonly mu: Float32Array;
  /** Posterior standard deviations; absent for methods without them. */
  readonly sigma?: Float32Array;
}

/** A network and the distribution over its weights: how to initialise, run and sample it. No state of its own. */
export interface Model {
  /** The layers that it draws weights for. */
  readonly architecture: Architecture;
  /** The parameters in order, the likelihood's own among them. Core prunes by them: see {@link ParamSpec}. */
  readonly params: readonly ParamSpec[];
  /** False when every draw equals the mean (a point posterior): predicting with samples would only repeat itself. */
  readonly stochastic: boolean;
  /** False where there is no mean network (e.g. an ensemble): it is measured by its draws alone. Default true. */
  readonly hasMean?: boolean;
  /** Fresh parameters, a pure function of the key. The caller owns them. */
  init(key: Key): Params;
  /** So many draws, a pure function of the key. */
  draws(count: number, key: Key): readonly Draw[];
  /** The network at this draw; the caller disposes of it before `params`. The same draw gives the same bits. */
  draw(params: Params, draw: Draw): Network;
  /** One entry for each weight of the architecture, in that order. */
  posterior(params: Params): WeightPosterior[];
}

/** By weight name, one byte for each element: 1 keeps, 0 prunes. */
export type KeepMasks = Readonly<Record<string, Uint8Array>>;
