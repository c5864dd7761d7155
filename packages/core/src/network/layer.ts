import type { ConvGeometry, Operand, Ops, PoolGeometry } from '@bbb/kernels';
import type { Shape } from './shape.js';

/** One tensor of weights: what a pruner ranks and a figure plots. */
export interface WeightSpec {
  /** Unique, stable, e.g. `layers.0.weight`. */
  readonly name: string;
  /** Counts the layers that have weights; 0 is the one next to the inputs. */
  readonly layer: number;
  readonly role: 'weight' | 'bias';
  /** `[inputs, outputs]` of a dense layer, `[height, width, channels in, channels out]` of a convolution, `[outputs]` of a bias. */
  readonly shape: Shape;
  /** Inputs that one output of the layer sums over: where initialisers start from. The same for a layer's weight and bias. */
  readonly fanIn: number;
  /** Outputs that one input of the layer reaches. */
  readonly fanOut: number;
  /**
   * Units (features of a dense input, channels of an image) in the layer's input. Row r of a weight, seen as a matrix
   * `[fanIn, outputs]`, belongs to input unit `r % inputUnits`.
   */
  readonly inputUnits: number;
}

interface AnyLayer {
  /**
   * Its name in a list of layers. Three are known for what they do: `dense` (every output sees every input), `relu` (max(0, x), which
   * a layer with weights takes along) and, to a loss written in tfjs, `tanh`. Any other name is free.
   */
  readonly kind: string;
  /** Of one example, without the batch; images are `[height, width, channels]`. */
  readonly inShape: Shape;
  readonly outShape: Shape;
}

/**
 * A layer with weights: out = x * weight + bias, linear in x and in the weights, whatever `*` is. The activation is a layer of
 * its own, so that an estimator can push means and variances through the linear part alone.
 *
 * x and dx are `[batch, size of inShape]`, out and dOut `[batch, size of outShape]`, row-major, channels last; weight and bias have the
 * shapes of their specs. Nothing but the first operands (out; dx; dWeight and dBias) is written to, and a row of the results does not
 * depend on the other rows.
 */
export interface LinearLayer extends AnyLayer {
  /** Its last axis has an element for each unit of the layer: a matrix `[fanIn, units]`. */
  readonly weight: WeightSpec;
  /** `[units]`; a unit of an image is a channel. */
  readonly bias: WeightSpec;
  /** How the windows of a convolution move, for those who write it down for other programs; absent where every output sees every input. */
  readonly geometry?: ConvGeometry;
  /**
   * out = x * weight (+ bias) (then relu, default false). `relu` is the next layer taken along: the same bits as calling it afterwards, one
   * pass over memory less.
   */
  forward(ops: Ops, out: Operand, x: Operand, weight: Operand, bias?: Operand, relu?: boolean): void;
  /** dx = the gradient of the input, from that of the linear output. */
  backward(ops: Ops, dx: Operand, dOut: Operand, weight: Operand): void;
  /** dWeight and dBias = the gradients of weight and bias, summed over the batch. */
  gradients(ops: Ops, dWeight: Operand, dBias: Operand, x: Operand, dOut: Operand): void;
  /**
   * The same layer with fewer units, on fewer units of its input. Absent: networks with this layer are not made smaller.
   * @param inputUnits of the input: as many as `weight.inputUnits` counts
   */
  resized?(inShape: Shape, units: number, inputUnits: number): LinearLayer;
}

/**
 * A layer without weights: an activation, a pooling, a change of shape. Operands are as in {@link LinearLayer}.
 */
export interface FixedLayer extends AnyLayer {
  readonly weight?: undefined;
  readonly bias?: undefined;
  /** How the windows of a pool move; absent for other layers. */
  readonly geometry?: PoolGeometry;
  /**
   * - `elementwise`: out may be x itself, and `backward` needs out alone
   * - `shape`: the numbers stay as they are, nothing is computed
   *
   * Absent: x and out are two operands, and x is kept until `backward`.
   */
  readonly effect?: 'elementwise' | 'shape';
  forward(ops: Ops, out: Operand, x: Operand): void;
  /** dx = the gradient of the input; of an elementwise layer dx may be dOut. */
  backward(ops: Ops, dx: Operand, dOut: Operand, x: Operand, out: Operand): void;
  /**
   * dOut = how the output changes when x changes by dx: the slope the other way round, which linearised networks need. Absent for an
   * elementwise layer, where `backward` is the same product.
   */
  tangent?(ops: Ops, dOut: Operand, dx: Operand, x: Operand): void;
  /** Whether channels (or features) that are 0 in every place are 0 behind it, and no others depend on them. Default: not known. */
  readonly keepsZeros?: boolean;
  /** The same layer on an input with fewer channels. Absent: networks with this layer are not made smaller. */
  resized?(inShape: Shape): FixedLayer;
}

export type Layer = LinearLayer | FixedLayer;

/** Whether a layer has weights. */
export function isLinear(layer: Layer): layer is LinearLayer {
  return layer.weight !== undefined;
}
