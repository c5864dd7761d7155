import type { FusedExports } from './fused-exports.js';
import type { ForwardExports, ImageExports } from './image-exports.js';

/**
 * What the WebAssembly modules export. Pointers are byte offsets into tfjs's memory; sizes are elements. Each group is
 * described where it is written, in assembly/.
 */
export interface KernelExports
  extends MatMulExports, SparseExports, TfjsExports, FusedExports, ImageExports {}

type MatMul = (
  c: number,
  a: number,
  b: number,
  m: number,
  n: number,
  k: number,
  transposeA: boolean,
  transposeB: boolean,
  bias: number,
  relu: boolean,
  work: number,
) => void;

interface MatMulExports {
  matmulWorkspace(): number;
  matmul: MatMul;
  matmulSkippingZerosWorkspace(): number;
  matmulSkippingZeros: MatMul;
  /** Rows [i, i + rows) and columns [j, j + columns) of the product. */
  matmulPart(
    ...args: readonly [
      ...Parameters<MatMul>,
      skipZeros: boolean,
      i: number,
      rows: number,
      j: number,
      columns: number,
    ]
  ): void;
  worthSkipping(a: number, size: number, n: number): number;
  bareTiles(times: number, depth: number, a: number, b: number, c: number): void;
}

/** Products with a matrix that is stored without its zeros; see assembly/sparse. */
interface SparseExports extends SparseProducts {
  /** Number of nonzero elements of b `[k, n]` if a product with a `[m, k]` is faster with a compressed b; otherwise -1. */
  nonZerosWorthCompressing(a: number, b: number, m: number, n: number, k: number): number;
}

interface SparseProducts {
  sparseBytes(nonZeros: number, k: number, n: number): number;
  compress(to: number, b: number, nonZeros: number, k: number, n: number): void;
  sparseProductWorkspace(sparse: number): number;
  /** Returns 0, with c partly written, if a is not finite. */
  sparseProduct(
    c: number,
    a: number,
    sparse: number,
    m: number,
    bias: number,
    relu: boolean,
    work: number,
  ): number;
}

/** Kernels that only tfjs's ops need. */
interface TfjsExports {
  atMost(x: number, n: number, limit: number): void;
  rowsWorkspace(n: number): number;
  softmaxOfRows(out: number, x: number, rows: number, n: number, work: number): void;
  logSoftmaxOfRows(out: number, x: number, rows: number, n: number, work: number): void;
  largestOfRows(out: number, x: number, rows: number, n: number): void;
  sumOfRows(out: number, x: number, rows: number, n: number): void;
  subtractFromRows(out: number, x: number, y: number, rows: number, n: number): void;
  segmentSum(out: number, x: number, ids: number, rows: number, width: number, segments: number): void;
}

/** What dist/predict.wasm exports: assembly/predict.ts. */
export interface PredictExports
  extends
    SparseProducts,
    Pick<MatMulExports, 'matmulSkippingZeros' | 'matmulSkippingZerosWorkspace'>,
    ForwardExports,
    Pick<FusedExports, 'useWorkspace' | 'workspaceBytes' | 'relu' | 'tanh'> {
  /** w = mu + sigma epsilon, of `n` weights, a multiple of 4, from number 0 of the key's stream. */
  drawAll(w: number, mu: number, sigma: number, n: number, ...key: readonly [number, number]): void;
  /** The same for the weights whose numbers are in `indices` (u32). */
  drawAt(
    w: number,
    mu: number,
    sigma: number,
    indices: number,
    n: number,
    ...key: readonly [number, number]
  ): void;
}
