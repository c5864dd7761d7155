import { exp, type Probabilities } from '@bbb/base';
import { judgeProbabilities, type Judged } from './judged.js';

/** Number of intervals of the grid over [0, 1]. */
const GRID = 400;
/** Kernels end at this number of widths, where they are smaller than the rounding of doubles. */
const REACH = 8;
const MOST_STEPS = 100;
const CLOSE = 1e-13;

/**
 * Smooth ECE of the most probable class (Blasiok & Nakkiran 2024, definition 2). The residuals, correctness (1 or 0) minus confidence, are smoothed
 * by a Gaussian that is reflected at 0 and 1; the result is the mean absolute value. The width of the Gaussian is chosen so that it equals the
 * result, so there are no bins to choose.
 *
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 */
export function smoothEce(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  return smoothEceOf(judgeProbabilities(probabilities, labels, classes));
}

/** As {@link smoothEce}, for judged examples. */
export function smoothEceOf(judged: Judged): number {
  const residuals = residualsOnGrid(judged);
  // The smoothed gap falls when the width grows, so they are equal at one point, at most at the gap without smoothing.
  return rootOf((width) => smoothedGap(residuals, width) - width, sumOfAbs(residuals));
}

/** The zero of a falling function in [0, high], by false position with halved end values (the Illinois method, Dowell & Jarratt 1971). */
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

/** Residuals divided by the number of examples. Each one is distributed to the two nodes beside its confidence. */
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
    // Mass beyond an end of the grid is reflected.
    const [first, last] = [node - kernel.length + 1, node + kernel.length - 1];
    for (let i = first; i < 0; i++) smoothed[-i]! += residual * kernel[node - i]!;
    for (let i = Math.max(0, first); i <= node; i++) smoothed[i]! += residual * kernel[node - i]!;
    for (let i = node + 1; i <= Math.min(GRID, last); i++) smoothed[i]! += residual * kernel[i - node]!;
    for (let i = GRID + 1; i <= last; i++) smoothed[2 * GRID - i]! += residual * kernel[i - node]!;
  }
  return sumOfAbs(smoothed);
}

/** Weights of the nodes at distance 0, 1, ...; over both sides they add up to 1. */
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
