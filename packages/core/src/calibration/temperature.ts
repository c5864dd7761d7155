import { expEach, log, type LogProbabilities } from '@bbb/base';

/** Limits of the temperature. Without them, a fit to answers that are all right, or all wrong, would never end. */
const COLDEST = 0.02;
const HOTTEST = 50;
const MOST_STEPS = 100;
/** Nearly all fits need at most this number of Newton steps. */
const SURE_STEPS = 8;

/**
 * Temperature scaling (Guo et al. 2017): the T with the lowest NLL of softmax(log p / T) on examples that nothing was fitted on. If T is above
 * 1, the network was too sure. The NLL is convex in beta = 1 / T: Newton's method finds the zero of its derivative, within a bracket that is
 * halved when a step leaves it.
 *
 * @param logs log-probabilities `[examples, classes]`, e.g. of the mean over draws
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 * @returns T in [0.02, 50]; 1 without examples
 */
export function fitTemperature(logs: LogProbabilities, labels: Uint8Array, classes: number): number {
  if (labels.length === 0) return 1;
  const fit = scaledBy(logs, labels, classes);
  let [low, high] = [1 / HOTTEST, 1 / COLDEST];
  let isBetween = false;
  let beta = 1;
  for (let i = 0; i < MOST_STEPS; i++) {
    const { slope, curvature } = fit(beta);
    if (slope < 0) low = beta;
    else high = beta;
    const step = beta - slope / curvature;
    const inside = step > low && step < high;
    if (!isBetween && (!inside || i === SURE_STEPS)) {
      // Newton's method left the interval, or has not converged after many steps, so the minimum may be at an end. Otherwise the ends need
      // no check, because a fast convergence shows that the slope is 0 inside.
      if (fit(1 / COLDEST).slope <= 0) return COLDEST;
      if (fit(1 / HOTTEST).slope >= 0) return HOTTEST;
      isBetween = true;
    }
    const next = inside ? step : (low + high) / 2;
    if (Math.abs(next - beta) <= 1e-10 * beta) return 1 / next;
    beta = next;
  }
  return 1 / beta;
}

/** First and second derivative of the mean NLL in beta. */
interface Slope {
  readonly slope: number;
  readonly curvature: number;
}

/**
 * The derivatives at any beta. The slope is the expectation of log p under the scaled network minus log p of the label; the curvature is
 * the variance of log p under the scaled network. Examples whose label has probability 0 are left out: no temperature makes such a label
 * possible.
 */
function scaledBy(logs: LogProbabilities, labels: Uint8Array, classes: number): (beta: number) => Slope {
  const distances = distancesToTop(logs, classes);
  const weights = new Float64Array(logs.length);
  return (beta) => {
    for (let i = 0; i < logs.length; i++) weights[i] = beta * distances[i]!;
    expEach(weights);
    let [slope, curvature] = [0, 0];
    for (let row = 0, at = 0; row < labels.length; row++, at += classes) {
      const own = distances[at + labels[row]!]!;
      if (own === -Infinity) continue;
      let [weight, first, second] = [0, 0, 0];
      for (let i = at; i < at + classes; i++) {
        const distance = distances[i]!;
        if (distance === -Infinity) continue;
        weight += weights[i]!;
        first += weights[i]! * distance;
        second += weights[i]! * distance * distance;
      }
      const mean = first / weight;
      slope += mean - own;
      curvature += second / weight - mean * mean;
    }
    return { slope: slope / labels.length, curvature: curvature / labels.length };
  };
}

/**
 * The predictions of the network at another temperature: probabilities softmax(log p / T) and their logarithms, `[examples, classes]`.
 * @param logs log-probabilities in nats, `[examples, classes]`
 * @param classes number of classes
 * @param temperature T above 0; above 1 it makes the network less sure, 1 leaves it as it is
 */
export function atTemperature(
  logs: LogProbabilities,
  classes: number,
  temperature: number,
): { readonly probabilities: Float64Array; readonly logProbabilities: LogProbabilities } {
  const logProbabilities = distancesToTop(logs, classes);
  for (let i = 0; i < logs.length; i++) logProbabilities[i]! /= temperature;
  const probabilities = logProbabilities.slice();
  expEach(probabilities);
  for (let at = 0; at < logs.length; at += classes) {
    let weight = 0;
    for (let c = at; c < at + classes; c++) weight += probabilities[c]!;
    const logWeight = log(weight);
    for (let c = at; c < at + classes; c++) {
      probabilities[c]! /= weight;
      logProbabilities[c]! -= logWeight;
    }
  }
  return { probabilities, logProbabilities };
}

/** Every logarithm minus the largest one of its row. */
function distancesToTop(logs: LogProbabilities, classes: number): Float64Array {
  const distances = new Float64Array(logs.length);
  for (let at = 0; at < logs.length; at += classes) {
    let largest = -Infinity;
    for (let c = at; c < at + classes; c++) if (logs[c]! > largest) largest = logs[c]!;
    for (let c = at; c < at + classes; c++) distances[c] = logs[c]! - largest;
  }
  return distances;
}
