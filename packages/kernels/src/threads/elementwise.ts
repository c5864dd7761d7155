import type { KernelExports } from '../wasm/exports.js';
import type { FusedExports } from '../wasm/fused-exports.js';
import { BLOCK, isSmall, PARTS } from './size.js';
import type { Argument, Team } from './team.js';

/** Describes a kernel that goes through arrays element by element. */
interface Pass {
  /** Bytes of an element in each of its arrays, which are its first arguments; how many elements there are follows them. */
  readonly arrays: readonly number[];
  /** Approximate nanoseconds for one element. */
  readonly cost: number;
  /** Whether element i needs random word or normal number i of a stream. */
  readonly draws?: true;
}

const floats = (count: number): number[] => Array.from({ length: count }, () => 4);
const pass = (count: number, cost: number): Pass => ({ arrays: floats(count), cost });
const draw = (count: number, cost: number): Pass => ({ arrays: floats(count), cost, draws: true });

/** Element by element: a part is a range of elements, and of the stream that they draw from. */
const PASSES = {
  exp: pass(2, 0.9),
  log: pass(2, 1.5),
  sigmoid: pass(2, 0.9),
  softplus: pass(2, 1.2),
  tanh: pass(2, 1.5),
  relu: pass(2, 0.2),
  variance: pass(2, 1.3),
  varianceAndRatio: pass(3, 2),
  standardNormal: draw(1, 1.7),
  dropout: draw(2, 1),
  multiplySigns: draw(2, 1),
  subtract: pass(3, 0.3),
  multiply: pass(3, 0.3),
  addProduct: pass(3, 0.3),
  sampleActivations: draw(4, 2.5),
  // A byte for 16 weights says whether they are drawn.
  sampleWeights: { arrays: [4, 4, 4, 1 / 16], cost: 1.5, draws: true },
  concreteMask: draw(1, 5),
  tanhBackward: pass(2, 0.3),
  reluBackward: pass(2, 0.3),
  sampleGaussian: draw(3, 2.7),
  gaussianGradients: pass(7, 5),
  updateGaussian: pass(9, 6),
  localGradients: pass(8, 3),
  updateLocal: pass(10, 4),
  updateIvon: pass(6, 2),
  updatePoint: pass(4, 2),
  pixels: { arrays: [4, 1], cost: 0.3 },
  fillWhereZero: { arrays: [4, 1], cost: 0.4 },
} satisfies Partial<Record<keyof FusedExports, Pass>>;

/** A part should take at least this many nanoseconds. */
const LEAST = 8000;

/** The passes over arrays, which several threads share where they are long enough. */
export function elementwise(run: KernelExports, team: Team): Partial<KernelExports> {
  return Object.fromEntries(
    Object.entries(PASSES).map(([kernel, described]) => {
      const whole = run[kernel as keyof typeof PASSES] as (...args: unknown[]) => void;
      return [kernel, sharedPass(kernel, described, whole, team)];
    }),
  );
}

function sharedPass(
  kernel: string,
  { arrays, cost, draws }: Pass,
  whole: (...args: unknown[]) => void,
  team: Team,
): (...args: (number | boolean)[]) => void {
  const at = arrays.length;
  return (...args) => {
    const n = Number(args[at]);
    if (isSmall(team, n * cost)) return whole(...args);
    const most = Math.max(2, Math.min(PARTS * team.count, Math.floor((n * cost) / LEAST)));
    const size = Math.ceil(n / most / BLOCK) * BLOCK;
    const split = args.map((arg, i): Argument => {
      // Address 0 stands for no array.
      if (i < at) return arg === 0 ? 0 : [Number(arg), size * arrays[i]!];
      return i === at ? [n, size] : Number(arg);
    });
    team.run({
      kernel,
      parts: Math.ceil(n / size),
      args: split,
      size: at,
      ...(draws ? { stream: size / 16 } : {}),
    });
  };
}
