import { exp, type Probabilities } from '@bbb/base';
import { judgeProbabilities, type Judged } from './judged.js';

/** Nodes of the grid over [0, 1], less one. */
const GRID = 400;
/** Kernels end after so many widths, where they are below the rounding of doubles. */
const REACH = 8;
const MOST_STEPS = 100;
const CLOSE = 1e-13;

/**
 * Smooth ECE of the most probable class (Blasiok & Nakkiran 2024, definition 2): residuals, right (1) or wrong (0) less confidence, are
 * smoothed by a Gaussian that is reflected at 0 and 1, and the mean of what is left is taken. The width of the Gaussian is the one that
 * equals the result, so there are no bins to choose.
 */
export function smoothEce(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  return smoothEceOf(judgeProbabilities(probabilities, labels, classes));
}

/** As {@link smoothEce}, of examples that have been judged. */
export function smoothEceOf(judged: Judged): number {
  const residuals = residualsOnGrid(judged);
  // The smoothed gap falls as the width grows: they meet once, at most at the gap without smoothing.
  return rootOf((width) => smoothedGap(residuals, width) - width, sumOfAbs(residuals));
}

/** Where a falling function is 0 in [0, high], by false position; an end that stays for long counts half (Dowell & Jarratt 1971). */
function rootOf(f: (x: number) => number, high: number): number {
  let [a, fa] = [0, high];
  let [b, fb] = [high, f(high)];
  if (fb >= 0) return high;
  for (let i = 0; i < MOST_STEPS && b - a > CLOSE; i++) {
    const x = (a * fb - b * fa) / (fb - fa);
    const fx = f(x);
    if (Math.abs(fx) <= CLOSE) return x;
    if (fx > 0) {
      [a, fa] = [x, fx];
      fb /= 2;
    } else {
      [b, fb] = [x, fx];
      fa /= 2;
    }
  }
  return (a + b) / 2;
}

/** Residuals divided by the number of examples, each shared by the two nodes beside its confidence. */
function residualsOnGrid({ confidence, correct }: Judged): Float64Array {
  const residuals = new Float64Array(GRID + 1);
  for (let i = 0; i < confidence.length; i++) {
    const p = confidence[i]!;
    const at = Math.min(1, p) * GRID;
    const node = Math.min(GRID - 1, Math.floor(at));
    const residual = (correct[i]! - p) / confidence.length;
    residuals[node]! += residual * (node + 1 - at);
    residuals[node + 1]! += residual * (at - node);
  }
  return residuals;
}

function smoothedGap(residuals: Float64Array, width: number): number {
  const kernel = halfKernel(width * GRID);
  const smoothed = new Float64Array(GRID + 1);
  for (let node = 0; node <= GRID; node++) {
    const residual = residuals[node]!;
    if (residual === 0) continue;
    // What falls off one end comes back into the grid.
    const [first, last] = [node - kernel.length + 1, node + kernel.length - 1];
    for (let i = first; i < 0; i++) smoothed[-i]! += residual * kernel[node - i]!;
    for (let i = Math.max(0, first); i <= node; i++) smoothed[i]! += residual * kernel[node - i]!;
    for (let i = node + 1; i <= Math.min(GRID, last); i++) smoothed[i]! += residual * kernel[i - node]!;
    for (let i = GRID + 1; i <= last; i++) smoothed[2 * GRID - i]! += residual * kernel[i - node]!;
  }
  return sumOfAbs(smoothed);
}

/** Weights of the nodes at distance 0, 1, ...; with both sides they sum to 1. */
function halfKernel(nodes: number): Float64Array {
  const length = Math.min(GRID, Math.ceil(REACH * nodes)) + 1;
  const weights = Float64Array.from({ length }, (_, d) =>
    d === 0 ? 1 : exp((-0.5 * d * d) / (nodes * nodes)),
  );
  const sum = 2 * weights.reduce((a, b) => a + b, 0) - 1;
  return weights.map((weight) => weight / sum);
}

function sumOfAbs(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum;
}
