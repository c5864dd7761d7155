import type { Kernels } from '../wasm/kernels.js';
import { partSize } from './size.js';
import { workOfThreads, type Team } from './team.js';

interface Gradients {
  readonly dW: number;
  readonly x: number;
  readonly dOut: number;
  /** The geometry record. */
  readonly g: number;
  /** Number of elements of dW. */
  readonly filterSize: number;
  readonly filters: number;
}

/** Most bytes of sums that wait to be added up, so that they stay in the second-level caches. */
const SUMS_BYTES = 2 ** 23;

/**
 * The gradient of filters is a sum over strips of windows, strip by strip. Threads compute the sums of some strips, each in its own
 * matrix. Then the matrices are added up in the order of the strips, as one thread does it.
 */
export function gradientsByStrips(
  kernels: Kernels,
  team: Team,
  { dW, x, dOut, g, filterSize, filters }: Gradients,
): void {
  const { run, scratch } = kernels;
  const bytes = 4 * filterSize;
  const strips = run.gradientStrips(g);
  const atATime = Math.min(strips, Math.max(2 * team.count, Math.floor(SUMS_BYTES / bytes)));
  const sums = scratch('sums of strips', atATime * bytes);
  const work = workOfThreads(kernels, team, 'images of threads', run.convolveGradientsWorkspace(g));
  const sparse = run.skipsZeros(dOut, g);
  const total = sparse ? scratch('sum of strips', bytes) : dW;
  for (let first = 0; first < strips; first += atATime) {
    const count = Math.min(atATime, strips - first);
    const size = partSize(count, 4 * team.count);
    team.run({
      kernel: 'convolveGradientsOfStrips',
      parts: Math.ceil(count / size),
      args: [[sums, size * bytes], x, dOut, g, sparse, [first, size], [count, size], work],
      size: 6,
    });
    const some = partSize(filterSize, team.count, 16);
    team.run({
      kernel: 'addStrips',
      parts: Math.ceil(filterSize / some),
      args: [[total, 4 * some], [sums, 4 * some], [filterSize, some], count, bytes, Number(first > 0)],
      size: 2,
    });
  }
  if (sparse) run.transpose(dW, total, filters, filterSize / filters);
}
