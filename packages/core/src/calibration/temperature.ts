import { exp, log, type LogProbabilities } from '@bbb/base';

/** Temperatures that a fit may end at: beyond them data that are all right, or all wrong, would lead without end. */
const COLDEST = 0.02;
const HOTTEST = 50;
const MOST_STEPS = 100;

/**
 * Temperature scaling (Guo et al. 2017): the T with the lowest NLL of softmax(log p / T) on examples that nothing was fitted to. Above 1
 * the network was too sure. The NLL is convex in beta = 1 / T: Newton's steps find where its slope is 0, within a bracket that halves
 * where they leave it.
 *
 * @param logs log-probabilities `[examples, classes]`, e.g. of the mean over draws
 * @returns T in [0.02, 50]; 1 without examples
 */
export function fitTemperature(logs: LogProbabilities, labels: Uint8Array, classes: number): number {
  if (labels.length === 0) return 1;
  let [low, high] = [1 / HOTTEST, 1 / COLDEST];
  if (slopeAt(logs, labels, classes, high).slope <= 0) return COLDEST;
  if (slopeAt(logs, labels, classes, low).slope >= 0) return HOTTEST;
  let beta = 1;
  for (let i = 0; i < MOST_STEPS; i++) {
    const { slope, curvature } = slopeAt(logs, labels, classes, beta);
    if (slope < 0) low = beta;
    else high = beta;
    const step = beta - slope / curvature;
    const next = step > low && step < high ? step : (low + high) / 2;
    if (Math.abs(next - beta) <= 1e-10 * beta) return 1 / next;
    beta = next;
  }
  return 1 / beta;
}

/**
 * First and second derivative of the mean NLL in beta: what the scaled network expects of log p, less what the labels have, and the
 * variance of log p under it.
 */
function slopeAt(
  logs: LogProbabilities,
  labels: Uint8Array,
  classes: number,
  beta: number,
): { readonly slope: number; readonly curvature: number } {
  let [slope, curvature] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const at = row * classes;
    const top = largestOf(logs, at, classes);
    const own = logs[at + labels[row]!]! - top;
    // No temperature makes a class possible that the network rules out: its example has no say.
    if (own === -Infinity) continue;
    let [weight, first, second] = [0, 0, 0];
    for (let c = 0; c < classes; c++) {
      const distance = logs[at + c]! - top;
      if (distance === -Infinity) continue;
      const e = distance === 0 ? 1 : exp(beta * distance);
      weight += e;
      first += e * distance;
      second += e * distance * distance;
    }
    const mean = first / weight;
    slope += mean - own;
    curvature += second / weight - mean * mean;
  }
  return { slope: slope / labels.length, curvature: curvature / labels.length };
}

/** log softmax(log p / T) and what it is the logarithm of, `[examples, classes]`: the network at another temperature. */
export function atTemperature(
  logs: LogProbabilities,
  classes: number,
  temperature: number,
): { readonly probabilities: Float64Array; readonly logProbabilities: LogProbabilities } {
  const probabilities = new Float64Array(logs.length);
  const logProbabilities = new Float64Array(logs.length);
  for (let at = 0; at < logs.length; at += classes) {
    const top = largestOf(logs, at, classes);
    let weight = 0;
    for (let c = at; c < at + classes; c++) {
      probabilities[c] = exp((logs[c]! - top) / temperature);
      weight += probabilities[c]!;
    }
    const logWeight = log(weight);
    for (let c = at; c < at + classes; c++) {
      probabilities[c]! /= weight;
      logProbabilities[c] = (logs[c]! - top) / temperature - logWeight;
    }
  }
  return { probabilities, logProbabilities };
}

function largestOf(logs: LogProbabilities, at: number, classes: number): number {
  let largest = -Infinity;
  for (let c = at; c < at + classes; c++) largest = Math.max(largest, logs[c]!);
  return largest;
}
