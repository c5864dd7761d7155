import type { Key, Operand, Ops } from '@bbb/kernels';
import { linearLayers } from '../network/architecture.js';
import type { LinearLayer } from '../network/layer.js';
import { sizeOf } from '../network/shape.js';
import { overHessianColumns } from './hessian-columns.js';
import type { LayerChoice } from './layer-pass.js';
import { overBatches, type CurvatureInput } from './over-batches.js';
import { addTo, withOperands } from './sums.js';

/**
 * Two matrices A and G whose Kronecker product approximates the block of one layer in the generalised Gauss-Newton matrix. Weight and bias
 * together are a matrix `[fanIn + 1, units]`, with the bias in the last row. Element ((i, j), (k, l)) of the block is about A[i, k] G[j, l].
 */
export interface KroneckerFactors {
  readonly layer: LinearLayer;
  /** Second moment of the inputs of the rows (1 for the bias): mean over examples, sum over positions. `[fanIn + 1, fanIn + 1]`. */
  readonly a: Float64Array;
  /** J^T H J for the linear outputs of the layer: sum over examples, mean over positions. `[units, units]`. */
  readonly g: Float64Array;
}

export interface KroneckerOptions {
  /** Layers to compute. Default: all. */
  readonly of?: LayerChoice;
  /** If given, G is estimated with random signs of the columns: unbiased, in the time of one column. Default: G is exact. */
  readonly signs?: Key;
}

/** The sums of one layer. */
interface Sums {
  readonly layer: LinearLayer;
  readonly a: Float64Array;
  readonly g: Float64Array;
}

/**
 * The Kronecker factors of every layer, summed over the examples. It makes one pass over the examples. G is exact, because there is one
 * backward pass for each column of a square root of the Hessian with respect to the outputs. With `signs` there is only one backward pass. A
 * (x) G is exact for one example of a dense layer. Otherwise it is an approximation, which treats inputs and slopes as independent (Martens &
 * Grosse 2015, arXiv 1503.05671), and the positions of a convolution, too (Grosse & Martens 2016, arXiv 1602.01407).
 *
 * @param input ops, architecture, weights, likelihood and the examples to sum over
 * @param options `of`: which layers, default all; `signs`: one backward pass with random signs instead of one for each output
 * @throws BbbError `E_CURVATURE` without examples, or for a likelihood without `hessianRoot`
 */
export function kroneckerFactors(
  input: CurvatureInput,
  { of = () => true, signs }: KroneckerOptions = {},
): KroneckerFactors[] {
  const { ops, architecture, examples } = input;
  const sums = new Map<LinearLayer, Sums>();
  for (const layer of linearLayers(architecture).filter(of)) {
    const [rows, units] = [layer.weight.fanIn + 1, sizeOf(layer.bias.shape)];
    sums.set(layer, { layer, a: new Float64Array(rows * rows), g: new Float64Array(units * units) });
  }
  overBatches(input, (batch) => {
    batch.pass.inputs((layer, x) => {
      const own = sums.get(layer);
      if (own) addInputs(ops, own, x);
    });
    overHessianColumns(
      input,
      batch,
      () => batch.pass.backward(batch.slope, (layer, _x, dOut) => addSlopes(ops, sums.get(layer)!, dOut), of),
      signs,
    );
  });
  for (const { layer, a, g } of sums.values()) {
    const positions = positionsOf(layer);
    for (let i = 0; i < a.length; i++) a[i]! /= examples.rows.length;
    for (let i = 0; i < g.length; i++) g[i]! /= positions;
  }
  return [...sums.values()];
}

/** Number of output positions that share the weights of a layer: 1 for a dense layer. */
function positionsOf({ outShape, bias }: LinearLayer): number {
  return sizeOf(outShape) / sizeOf(bias.shape);
}

/** a += X^T X, where the rows of X are the inputs that the weights multiply, each followed by a 1 for the bias. */
function addInputs(ops: Ops, { layer, a }: Sums, x: Operand): void {
  const { weight, bias } = layer;
  const { fanIn } = weight;
  const seen = x.shape[0]! * positionsOf(layer);
  a[a.length - 1]! += seen;
  const add = (block: Operand, sums: Operand, first: number): void =>
    addBlock(a, fanIn, first, ops.read(block), ops.read(sums));
  if (layer.kind === 'dense') {
    return withOperands(ops, [[fanIn, fanIn], [fanIn]], (block, sums) => {
      ops.matmul(block, x, x, { transposeA: true });
      ops.sumRows(sums, x);
      add(block, sums, 0);
    });
  }
  // This works for any layer: with unit weights, its outputs are columns of X, and its weight gradients are products of such columns.
  const units = sizeOf(bias.shape);
  const out = [x.shape[0]!, sizeOf(layer.outShape)];
  withOperands(ops, [weight.shape, out, weight.shape, bias.shape], (one, columns, block, sums) => {
    for (let first = 0; first < fanIn; first += units) {
      ops.write(one, unitColumns(fanIn, units, first));
      layer.forward(ops, columns, x, one);
      layer.gradients(ops, block, sums, x, columns);
      add(block, sums, first);
    }
  });
}

/** A matrix `[fanIn, units]` with a 1 where row - first = column: it selects input number first + column. */
function unitColumns(fanIn: number, units: number, first: number): Float32Array {
  const values = new Float32Array(fanIn * units);
  for (let c = 0; c < units && first + c < fanIn; c++) values[(first + c) * units + c] = 1;
  return values;
}

/** Adds columns `first` to `first + width - 1` of X^T X, and of the last row and column, the sums. */
function addBlock(
  a: Float64Array,
  fanIn: number,
  first: number,
  block: ArrayLike<number>,
  sums: ArrayLike<number>,
): void {
  const size = fanIn + 1;
  const width = sums.length;
  const used = Math.min(width, fanIn - first);
  for (let r = 0; r < fanIn; r++)
    for (let c = 0; c < used; c++) a[r * size + first + c]! += block[r * width + c]!;
  for (let c = 0; c < used; c++) {
    a[fanIn * size + first + c]! += sums[c]!;
    a[(first + c) * size + fanIn]! += sums[c]!;
  }
}

/** g += D^T D, D `[examples * positions, units]`. */
function addSlopes(ops: Ops, { layer, g }: Sums, dOut: Operand): void {
  const units = sizeOf(layer.bias.shape);
  const rows = [sizeOf(dOut.shape) / units, units];
  withOperands(ops, [rows, [units, units]], (d, product) => {
    ops.copy(d, dOut);
    ops.matmul(product, d, d, { transposeA: true });
    addTo(ops, g, product);
  });
}
