import type { Operand, Ops } from '@bbb/kernels';
import { linearLayers } from '../network/architecture.js';
import type { LinearLayer } from '../network/layer.js';
import { sizeOf } from '../network/shape.js';
import { overHessianColumns } from './hessian-columns.js';
import { overBatches, type CurvatureInput } from './over-batches.js';
import { eachExample, meetsOnce } from './squared-gradients.js';
import { addTo, withOperands } from './sums.js';

/**
 * Blocks on the diagonal of the generalised Gauss-Newton matrix of one weight tensor, seen as a matrix `[rows, units]`. A block has the weights
 * into one unit from `size` rows; the last block of a unit may have fewer.
 */
export interface GgnBlocks {
  readonly rows: number;
  readonly units: number;
  /** Number of rows in a block. */
  readonly size: number;
  /** Block b of a unit is number `unit * blocks + b`: `[size, size]`, row-major; a smaller block is filled up with zeros. */
  readonly values: Float32Array;
}

/**
 * The blocks by weight name, summed over the examples. They take `size` numbers for each weight, so use small blocks and a part of the
 * examples.
 * @param input ops, architecture, weights, likelihood and the examples to sum over
 * @param size rows of a block
 * @throws BbbError `E_CURVATURE` without examples, or for a likelihood without `hessianRoot`
 */
export function ggnBlocks(input: CurvatureInput, size: number): Readonly<Record<string, GgnBlocks>> {
  const { ops, architecture } = input;
  const all = Object.fromEntries(
    linearLayers(architecture).flatMap(({ weight, bias }) => {
      const units = sizeOf(bias.shape);
      return [
        [weight.name, emptyBlocks(weight.fanIn, units, size)],
        [bias.name, emptyBlocks(1, units, size)],
      ];
    }),
  );
  const blocksOf = ({ weight, bias }: LinearLayer): [GgnBlocks, GgnBlocks] => [
    all[weight.name]!,
    all[bias.name]!,
  ];
  overBatches(input, (batch) => {
    const dense = new Map<LinearLayer, Float64Array>();
    overHessianColumns(input, batch, () =>
      batch.pass.backward(batch.slope, (layer, x, dOut) => {
        if (!meetsOnce(layer)) return addExamples(ops, layer, blocksOf(layer), x, dOut);
        if (!dense.has(layer)) dense.set(layer, new Float64Array(sizeOf(dOut.shape)));
        withOperands(ops, [dOut.shape], (squares) => {
          ops.square(squares, dOut);
          addTo(ops, dense.get(layer)!, squares);
        });
      }),
    );
    batch.pass.inputs((layer, x) => {
      const squares = dense.get(layer);
      if (squares) addDense(blocksOf(layer), ops.read(x), squares);
    });
  });
  return all;
}

function emptyBlocks(rows: number, units: number, most: number): GgnBlocks {
  const size = Math.min(most, rows);
  return { rows, units, size, values: new Float32Array(units * Math.ceil(rows / size) * size * size) };
}

/** Adds sum_n d_n^2 x_n x_n^T within the blocks: the gradient of a dense weight is x d. */
function addDense([weight, bias]: [GgnBlocks, GgnBlocks], x: ArrayLike<number>, squares: Float64Array): void {
  const { rows, units } = weight;
  for (let n = 0; n * rows < x.length; n++) {
    const seen = Float64Array.from({ length: rows }, (_, r) => x[n * rows + r]!);
    for (let unit = 0; unit < units; unit++) {
      const scale = squares[n * units + unit]!;
      if (scale === 0) continue;
      addOuter(weight, unit, seen, scale);
      bias.values[unit]! += scale;
    }
  }
}

/** For a layer whose positions share weights: adds the gradients of each example separately. */
function addExamples(
  ops: Ops,
  layer: LinearLayer,
  [weight, bias]: [GgnBlocks, GgnBlocks],
  x: Operand,
  dOut: Operand,
): void {
  const { rows, units } = weight;
  withOperands(ops, [layer.weight.shape, layer.bias.shape], (dWeight, dBias) =>
    eachExample(ops, layer, x, dOut, (x1, d1) => {
      layer.gradients(ops, dWeight, dBias, x1, d1);
      const [slopes, biases] = [ops.read(dWeight), ops.read(dBias)];
      for (let unit = 0; unit < units; unit++) {
        const own = Float64Array.from({ length: rows }, (_, r) => slopes[r * units + unit]!);
        addOuter(weight, unit, own, 1);
        bias.values[unit]! += biases[unit]! * biases[unit]!;
      }
    }),
  );
}

/** blocks of `unit` += scale v v^T. */
function addOuter({ rows, size, values }: GgnBlocks, unit: number, v: Float64Array, scale: number): void {
  const blocks = Math.ceil(rows / size);
  for (let b = 0; b < blocks; b++) {
    const first = b * size;
    const last = Math.min(rows, first + size);
    const at = (unit * blocks + b) * size * size;
    for (let i = first; i < last; i++) {
      const factor = scale * v[i]!;
      if (factor === 0) continue;
      const row = at + (i - first) * size - first;
      for (let j = first; j < last; j++) values[row + j]! += factor * v[j]!;
    }
  }
}
