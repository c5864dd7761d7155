import type { KernelExports } from '../wasm/exports.js';
import type { Kernels } from '../wasm/kernels.js';
import { isSmall, partSize } from './size.js';
import { workOfThreads, type Argument, type Team } from './team.js';

type Products = Pick<KernelExports, 'matmulSkippingZeros' | 'sparseProduct' | 'sumRows'>;

/** Approximate number of multiplications and additions in a nanosecond. */
const SPEED = 20;
/** Columns that are packed together, and rows of a tile: parts begin at multiples. */
const COLUMNS = 16;
const ROWS = 4;
/** How much longer than packing a number it takes to find out whether it is zero. */
const FINDING = 3;
/** Rows that a compressed product takes at a time. */
const SPARSE_ROWS = 16;

/**
 * Products of matrices and sums of columns: a part is some rows or columns of the output. Every thread packs the
 * rows or columns of the other matrix that its part needs.
 */
export function products(kernels: Kernels, team: Team): Products {
  const { run, u8 } = kernels;
  return {
    matmulSkippingZeros(c, a, b, m, n, k, transposeA, transposeB, bias, relu, work) {
      const nanoseconds = (m * n * k) / SPEED;
      if (isSmall(team, nanoseconds) || n < 2) {
        return run.matmulSkippingZeros(c, a, b, m, n, k, transposeA, transposeB, bias, relu, work);
      }
      const skipZeros = run.worthSkipping(a, m * k, n);
      // If the columns are divided, every part must pack all of A, or find its nonzero numbers; if the rows are divided, all of B.
      const acrossColumns = n >= team.count * COLUMNS && (skipZeros ? FINDING : 1) * m <= n;
      const [total, unit] = acrossColumns ? [n, COLUMNS] : [m, ROWS];
      // Zeros are not spread evenly over the rows. With smaller parts, a thread that is done early takes another one.
      const parts = skipZeros && !acrossColumns ? 2 * team.count : team.count;
      const size = partSize(total, parts, unit);
      const cut: Argument[] = acrossColumns ? [0, m, [0, size], [n, size]] : [[0, size], [m, size], 0, n];
      team.run({
        kernel: 'matmulPart',
        parts: Math.ceil(total / size),
        // prettier-ignore
        args: [
          c, a, b, m, n, k, Number(transposeA), Number(transposeB), bias, Number(relu),
          workOfThreads(kernels, team, 'matmul of threads', run.matmulSkippingZerosWorkspace()), skipZeros, ...cut,
        ],
        size: acrossColumns ? 15 : 13,
      });
    },
    sparseProduct(c, a, sparse, m, bias, relu, work) {
      const [n = 0, k = 0] = new Int32Array(u8(sparse, 0).buffer, sparse, 2);
      if (isSmall(team, (m * n * k) / SPEED / 10))
        return run.sparseProduct(c, a, sparse, m, bias, relu, work);
      const size = sparseRows(m, partSize(m, 2 * team.count, SPARSE_ROWS));
      const parts = Math.ceil(m / size);
      const finite = team.run({
        kernel: 'sparseProduct',
        parts,
        // prettier-ignore
        args: [
          [c, 4 * n * size], [a, 4 * k * size], sparse, [m, size], bias, Number(relu),
          workOfThreads(kernels, team, 'sparse products of threads', run.sparseProductWorkspace(sparse)),
        ],
        size: 3,
      });
      return Number(finite.subarray(0, parts).every((is) => is !== 0));
    },
    sumRows(out, a, m, n) {
      if (isSmall(team, 0.2 * m * n) || n <= COLUMNS) return run.sumRows(out, a, m, n);
      const size = partSize(n, team.count, COLUMNS);
      team.run({
        kernel: 'sumColumns',
        parts: Math.ceil(n / size),
        args: [[out, 4 * size], [a, 4 * size], m, [n, size], n],
        size: 3,
      });
    },
  };
}

/** Avoids a last part of one to three rows, because the kernel does not check whether so few rows are finite. */
function sparseRows(m: number, size: number): number {
  const last = m % size;
  return last > 0 && last < 4 ? sparseRows(m, size + SPARSE_ROWS) : size;
}
