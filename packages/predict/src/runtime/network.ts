import { averagePool, convolve, maxPool } from '@bbb/kernels/parts';
import { fold } from '@bbb/base';
import type { PackedTensor } from '../format/decode.js';
import type { Placed } from '../format/shapes.js';
import type { Engine } from './engine.js';
import { loadWeights, type Weights } from './weights.js';

/** A network in the engine's memory, or the distribution that networks are drawn from. */
export interface LoadedNetwork {
  /** Sets the weights: to the mean, or to the draw of a key. */
  show(key: readonly [number, number] | undefined): void;
  /**
   * The outputs of the network, with the weights of the last `show`, for rows of inputs.
   * @param inputs `[rows, inputs]`
   * @returns `[rows, outputs]`
   */
  outputs(inputs: Float32Array, rows: number): Float32Array;
}

/** Most numbers between two layers at a time: 4 MB of float32. */
const MOST_BETWEEN = 2 ** 20;

export function loadNetwork(
  engine: Engine,
  layers: readonly Placed[],
  tensors: ReadonlyMap<string, PackedTensor>,
): LoadedNetwork {
  const weights = new Map<string, Weights>();
  for (const layer of layers) {
    if (!('weight' in layer)) continue;
    weights.set(layer.weight, loadWeights(engine, tensors.get(layer.weight)!, layer.kind === 'dense'));
    weights.set(layer.bias, loadWeights(engine, tensors.get(layer.bias)!, false));
  }
  const { kernels } = engine;
  const [inputs, outputs] = [layers[0]!.inputs, layers.at(-1)!.outputs];
  const widest = Math.max(inputs, ...layers.map((layer) => layer.outputs));
  const most = Math.max(1, Math.floor(MOST_BETWEEN / widest));
  return {
    show(key) {
      for (const [name, one] of weights) one.show(key && fold(key, 'weight', name));
    },
    outputs(all, rows) {
      const results = new Float32Array(rows * outputs);
      for (let first = 0; first < rows; first += most) {
        const count = Math.min(most, rows - first);
        const bytes = 4 * count * widest;
        const buffers = [kernels.scratch('even', bytes), kernels.scratch('odd', bytes)] as const;
        kernels.f32(buffers[0], count * inputs).set(all.subarray(first * inputs, (first + count) * inputs));
        const at = forward(engine, layers, weights, buffers, count);
        results.set(kernels.f32(at, count * outputs), first * outputs);
      }
      return results;
    },
  };
}

/** Runs the layers, with two buffers in turn, and returns the buffer with the outputs. The layer before a ReLU computes the ReLU, too. */
function forward(
  engine: Engine,
  layers: readonly Placed[],
  weights: ReadonlyMap<string, Weights>,
  [even, odd]: readonly [number, number],
  rows: number,
): number {
  const { run } = engine.kernels;
  let [x, out] = [even, odd];
  for (let l = 0; l < layers.length; l++) {
    const layer = layers[l]!;
    switch (layer.kind) {
      case 'flatten':
        continue;
      case 'relu':
      case 'tanh':
        run[layer.kind](x, x, rows * layer.outputs);
        continue;
      case 'max-pool':
        maxPool(engine.kernels, { batch: rows, geometry: layer.geometry, x, out });
        break;
      case 'average-pool':
        averagePool(engine.kernels, { batch: rows, geometry: layer.geometry, x, out });
        break;
      default: {
        const relu = layers[l + 1]?.kind === 'relu';
        linear(
          engine,
          layer,
          { weight: weights.get(layer.weight)!, bias: weights.get(layer.bias)!.at() },
          { x, out, rows, relu },
        );
        if (relu) l++;
      }
    }
    [x, out] = [out, x];
  }
  return x;
}

interface Call {
  readonly x: number;
  readonly out: number;
  readonly rows: number;
  readonly relu: boolean;
}

function linear(
  { kernels }: Engine,
  layer: Extract<Placed, { weight: string }>,
  { weight, bias }: { readonly weight: Weights; readonly bias: number },
  { x, out, rows, relu }: Call,
): void {
  const { run } = kernels;
  const { inputs: k, outputs: n } = layer;
  const w = weight.at();
  if (layer.kind === 'conv2d') {
    convolve(kernels, { batch: rows, geometry: layer.geometry, x, w, out }, bias, relu);
  } else if (!weight.sparse) {
    const work = kernels.scratch('matmul', run.matmulSkippingZerosWorkspace());
    run.matmulSkippingZeros(out, x, w, rows, n, k, false, false, bias, relu, work);
  } else {
    const work = kernels.scratch('sparse', run.sparseProductWorkspace(w));
    if (run.sparseProduct(out, x, w, rows, bias, relu, work)) return;
    // An input is not finite. With one row at a time the kernel does not check that; the reader of the outputs does.
    for (let r = 0; r < rows; r++) run.sparseProduct(out + 4 * r * n, x + 4 * r * k, w, 1, bias, relu, work);
  }
}
