import type { PackedTensor } from '../format/decode.js';
import { place, type Engine } from './engine.js';

/** A tensor of weights in memory. `show` chooses which draw it holds. */
export interface Weights {
  /** Address of the numbers, row-major; if `sparse`, of the compressed matrix. */
  readonly at: () => number;
  readonly sparse: boolean;
  /** Sets the numbers: to the mean, or to the draw of a key. */
  readonly show: (key: readonly [number, number] | undefined) => void;
}

/** If a smaller share of a matrix is kept, it is faster to multiply without its zeros: see bench/README.md. */
const SPARSE_BELOW = 0.5;
/** float32 holds whole numbers up to this one exactly: positions are compressed as float32 numbers. */
const MOST_PLACES = 2 ** 24;
const MOST_COLUMNS = 65_535;

/**
 * @param isMatrix whether the tensor is a matrix `[inputs, outputs]` that multiplies rows of inputs
 */
export function loadWeights(engine: Engine, tensor: PackedTensor, isMatrix: boolean): Weights {
  const { shape, places } = tensor;
  const size = shape.reduce((product, n) => product * n, 1);
  const few =
    places !== undefined &&
    places.length <= Math.min(SPARSE_BELOW * size, MOST_PLACES) &&
    shape[1]! <= MOST_COLUMNS;
  return isMatrix && few ? loadSparse(engine, tensor, places) : loadDense(engine, tensor, size);
}

function loadDense(engine: Engine, { places, mean, sd }: PackedTensor, size: number): Weights {
  const { kernels } = engine;
  const whole = (values: Float32Array): number => {
    if (!places) return place(engine, values);
    const all = new Float32Array(size);
    places.forEach((at, i) => (all[at] = values[i]!));
    return place(engine, all);
  };
  const middle = whole(mean);
  const spread = sd && whole(sd);
  const drawn = spread === undefined ? middle : place(engine, new Float32Array(size));
  const room = Math.ceil(size / 4) * 4;
  let shown = middle;
  return {
    sparse: false,
    at: () => shown,
    show(key) {
      shown = middle;
      if (!key || spread === undefined) return;
      kernels.run.drawAll(drawn, middle, spread, room, ...key);
      shown = drawn;
    },
  };
}

/**
 * The kernel that compresses a matrix changes the order of the elements. So a matrix of their numbers, from 1 on, is compressed first: it
 * tells where each element went.
 */
function loadSparse(engine: Engine, { shape, mean, sd }: PackedTensor, places: Uint32Array): Weights {
  const { heap, kernels } = engine;
  const { run } = kernels;
  const [k, n] = shape as [number, number];
  const numbered = new Float32Array(k * n);
  places.forEach((at, i) => (numbered[at] = i + 1));
  const source = place(engine, numbered);
  const matrix = heap.malloc(run.sparseBytes(places.length, k, n));
  run.compress(matrix, source, places.length, k, n);
  heap.free(source);
  // assembly/sparse/layout.ts describes the head of a compressed matrix.
  const head = new Uint32Array(kernels.u8(matrix, 64).slice().buffer);
  const [elements, values] = [head[4]!, matrix + head[8]!];
  const order = kernels.f32(values, elements).slice();
  const middle = place(engine, inOrder(order, mean));
  const spread = sd && place(engine, inOrder(order, sd));
  const indices = sd && placeIndices(engine, order, places);
  return {
    sparse: true,
    at: () => matrix,
    show(key) {
      if (key && spread !== undefined && indices !== undefined)
        run.drawAt(values, middle, spread, indices, elements, ...key);
      else kernels.f32(values, elements).set(kernels.f32(middle, elements));
    },
  };
}

/** The numbers of kept elements in the order of the compressed matrix; 0 for padding. */
function inOrder(order: Float32Array, values: ArrayLike<number>): Float32Array {
  const sorted = new Float32Array(order.length);
  for (let e = 0; e < order.length; e++) {
    const number = order[e]!;
    if (number > 0) sorted[e] = values[number - 1]!;
  }
  return sorted;
}

function placeIndices({ heap, kernels }: Engine, order: Float32Array, places: Uint32Array): number {
  const at = heap.malloc(4 * order.length);
  const { buffer } = kernels.u8(at, 0);
  const indices = new Uint32Array(buffer, at, order.length);
  // A loop is faster than Uint32Array.from, and the first answer waits for it.
  for (let e = 0; e < order.length; e++) {
    const number = order[e]!;
    indices[e] = number > 0 ? places[number - 1]! : 0;
  }
  return at;
}
