import type { ConvGeometry, Operand, Ops, PoolGeometry } from '@bbb/kernels';
import type { Shape } from './shape.js';

/** One tensor of weights: what a pruner ranks and a figure plots. */
export interface WeightSpec {
  /** Unique, stable, e.g. `layers.0.weight`. */
  readonly name: string;
  /** Number of the layer among those with weights; 0 is the one next to the inputs. */
  readonly layer: number;
  readonly role: 'weight' | 'bias';
  /** `[inputs, outputs]` of a dense layer, `[height, width, channels in, channels out]` of a convolution, `[outputs]` of a bias. */
  readonly shape: Shape;
  /** Number of inputs that one output of the layer sums over. Initialisers use it. The same for the weight and the bias of a layer. */
  readonly fanIn: number;
  /** Number of outputs that one input of the layer reaches. */
  readonly fanOut: number;
  /**
   * Number of units (features of a dense input, channels of an image) in the input of the layer. Row r of a weight, seen as a matrix
   * `[fanIn, outputs]`, belongs to input unit `r % inputUnits`.
   */
  readonly inputUnits: number;
}

interface AnyLayer {
  /**
   * Its name in a list of layers. Three names have a fixed meaning: `dense` (every output sees every input), `relu` (max(0, x), which the layer
   * before it can compute, too) and, for losses that are written in tfjs, `tanh`. Any other name is free.
   */
  readonly kind: string;
  /** Of one example, without the batch; images are `[height, width, channels]`. */
  readonly inShape: Shape;
  readonly outShape: Shape;
}

/**
 * A layer with weights: out = x * weight + bias. It is linear in x and in the weights, for example a product of matrices or a convolution.
 * The activation is a layer of its own, so that an estimator can send means and variances through the linear part alone.
 *
 * x and dx are `[batch, size of inShape]`, out and dOut `[batch, size of outShape]`, row-major, channels last; weight and bias have the
 * shapes of their specs. Only the first operands (out; dx; dWeight and dBias) are written to. A row of `out` or `dx` does not depend on the
 * other rows.
 */
export interface LinearLayer extends AnyLayer {
  /** Its last axis has one element for each unit of the layer, so it is a matrix `[fanIn, units]`. */
  readonly weight: WeightSpec;
  /** `[units]`; a unit of an image is a channel. */
  readonly bias: WeightSpec;
  /** How the windows of a convolution move; exports to other programs need it. Absent if every output sees every input. */
  readonly geometry?: ConvGeometry;
  /**
   * out = x * weight (+ bias) (then relu, default false). With `relu` it also does the work of the next layer: the result has the same bits,
   * with one pass over memory less.
   */
  forward(ops: Ops, out: Operand, x: Operand, weight: Operand, bias?: Operand, relu?: boolean): void;
  /** dx = the gradient with respect to the input, from the gradient dOut with respect to the output. */
  backward(ops: Ops, dx: Operand, dOut: Operand, weight: Operand): void;
  /** dWeight and dBias = the gradients with respect to weight and bias, summed over the batch. */
  gradients(ops: Ops, dWeight: Operand, dBias: Operand, x: Operand, dOut: Operand): void;
  /**
   * The same layer with fewer units, on an input with fewer units. Absent: networks with this layer can't be made smaller.
   * @param inputUnits number of units in the new input, as in `weight.inputUnits`
   */
  resized?(inShape: Shape, units: number, inputUnits: number): LinearLayer;
}

/**
 * A layer without weights: an activation, a pool, a change of shape. Operands are as in {@link LinearLayer}.
 */
export interface FixedLayer extends AnyLayer {
  readonly weight?: undefined;
  readonly bias?: undefined;
  /** How the windows of a pool move; absent for other layers. */
  readonly geometry?: PoolGeometry;
  /**
   * - `elementwise`: out may be x itself, and `backward` needs only out
   * - `shape`: the numbers do not change, and nothing is computed
   *
   * Absent: x and out are different operands, and x is kept until `backward`.
   */
  readonly effect?: 'elementwise' | 'shape';
  forward(ops: Ops, out: Operand, x: Operand): void;
  /** dx = the gradient with respect to the input. If the layer is elementwise, dx may be dOut. */
  backward(ops: Ops, dx: Operand, dOut: Operand, x: Operand, out: Operand): void;
  /**
   * dOut = the change of the output when x changes by dx (forward-mode derivative), which linearised networks need. Absent for an elementwise
   * layer, where `backward` is the same product.
   */
  tangent?(ops: Ops, dOut: Operand, dx: Operand, x: Operand): void;
  /**
   * Whether a channel (or feature) that is 0 everywhere is still 0 in the output, and no other channel depends on it. Default: not known.
   */
  readonly keepsZeros?: boolean;
  /** The same layer on an input with fewer channels. Absent: networks with this layer can't be made smaller. */
  resized?(inShape: Shape): FixedLayer;
}

export type Layer = LinearLayer | FixedLayer;

/**
 * Whether a layer has weights.
 * @param layer any layer
 */
export function isLinear(layer: Layer): layer is LinearLayer {
  return layer.weight !== undefined;
}
