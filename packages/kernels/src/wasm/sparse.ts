import type { Kernels } from './kernels.js';

/** A product by pointers. `bias` is 0 if there is none. */
export interface Product {
  readonly out: number;
  readonly a: number;
  readonly b: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly bias: number;
  readonly relu: boolean;
}

/**
 * out[m, n] = a[m, k] b[k, n] (+ bias) (then relu) without the zeros of b, with the bits of the dense product. If b has few zeros or a is not
 * finite, it returns false and `out` is incomplete. Then the caller must use the dense product.
 */
export function compressedProduct(kernels: Kernels, { out, a, b, m, n, k, bias, relu }: Product): boolean {
  const { run } = kernels;
  const nonZeros = run.nonZerosWorthCompressing(a, b, m, n, k);
  if (nonZeros < 0) return false;
  const sparse = kernels.scratch('sparse', run.sparseBytes(nonZeros, k, n));
  run.compress(sparse, b, nonZeros, k, n);
  const work = kernels.scratch('sparseProduct', run.sparseProductWorkspace(sparse));
  return run.sparseProduct(out, a, sparse, m, bias, relu, work) !== 0;
}
