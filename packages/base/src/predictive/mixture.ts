import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { normalCdf, normalDensity } from '../math/normal.js';

/** An equal mixture of Gaussians: what the members of a regression predict for one example. */
export interface GaussianMixture {
  readonly means: ArrayLike<number>;
  /** Standard deviations, above 0. */
  readonly sds: ArrayLike<number>;
  /** Standard deviations of the means themselves, if these are not known exactly. They are included in `sds`. */
  readonly spreads?: ArrayLike<number>;
}

const HALF_LOG_2PI = 0.9189385332046727;

/**
 * Mean of the mixture, in the unit of the means.
 * @param mixture means and standard deviations of the Gaussians, one each for every member, in the unit of y; members count alike
 */
export function mixtureMean({ means }: GaussianMixture): number {
  return average(means.length, (s) => means[s]!);
}

/**
 * The variance of the mixture in two parts. Epistemic: the variance between the members' means, and that of the means themselves. Aleatoric: the
 * mean of the rest of the members' variances.
 * @param mixture means and standard deviations of the Gaussians, one each for every member, in the unit of y; members count alike
 */
export function mixtureVariances(mixture: GaussianMixture): { epistemic: number; aleatoric: number } {
  const { means, sds, spreads } = mixture;
  const mean = mixtureMean(mixture);
  const between = average(means.length, (s) => (means[s]! - mean) * (means[s]! - mean));
  const within = average(sds.length, (s) => sds[s]! * sds[s]!);
  if (!spreads) return { epistemic: between, aleatoric: within };
  const ofMeans = average(spreads.length, (s) => spreads[s]! * spreads[s]!);
  return { epistemic: between + ofMeans, aleatoric: within - ofMeans };
}

/**
 * -log p(y), nats.
 * @param mixture means and standard deviations of the Gaussians, one each for every member, in the unit of y; members count alike
 * @param y the value, in the unit of the means
 */
export function mixtureNll({ means, sds }: GaussianMixture, y: number): number {
  const logs = Array.from({ length: means.length }, (_, s) => {
    const z = (y - means[s]!) / sds[s]!;
    return -HALF_LOG_2PI - log(sds[s]!) - 0.5 * z * z;
  });
  const largest = Math.max(...logs);
  return -(largest + log(average(logs.length, (s) => exp(logs[s]! - largest))));
}

/**
 * P(Y <= y).
 * @param mixture means and standard deviations of the Gaussians, one each for every member, in the unit of y; members count alike
 * @param y the value, in the unit of the means
 */
export function mixtureCdf({ means, sds }: GaussianMixture, y: number): number {
  return average(means.length, (s) => normalCdf((y - means[s]!) / sds[s]!));
}

/**
 * The y with P(Y <= y) = p, by Newton's method in an interval that contains y. A step that would leave the interval halves it instead.
 * @param mixture means and standard deviations of the Gaussians, one each for every member, in the unit of y; members count alike
 * @param p in (0, 1)
 */
export function mixtureQuantile(mixture: GaussianMixture, p: number): number {
  const { means, sds } = mixture;
  let low = Infinity;
  let high = -Infinity;
  for (let s = 0; s < means.length; s++) {
    low = Math.min(low, means[s]! - 40 * sds[s]!);
    high = Math.max(high, means[s]! + 40 * sds[s]!);
  }
  let y = mixtureMean(mixture);
  for (let i = 0; i < 200; i++) {
    const excess = mixtureCdf(mixture, y) - p;
    if (excess > 0) high = y;
    else low = y;
    const density = average(means.length, (s) => normalDensity((y - means[s]!) / sds[s]!) / sds[s]!);
    const step = y - excess / density;
    const next = step > low && step < high ? step : (low + high) / 2;
    if (next === y || Math.abs(next - y) <= 1e-13 * (high - low + Math.abs(y))) return next;
    y = next;
  }
  return y;
}

/**
 * Continuous ranked probability score at y, in the unit of y (Grimit et al. 2006, equation 5): for one member with
 * standard deviation 0 it is the absolute error. The time grows with the square of the members.
 * @param mixture means and standard deviations of the Gaussians, one each for every member, in the unit of y; members count alike
 * @param y the value, in the unit of the means
 */
export function mixtureCrps({ means, sds }: GaussianMixture, y: number): number {
  const members = means.length;
  const toTarget = average(members, (s) => meanDistance(y - means[s]!, sds[s]!));
  const between = average(members, (s) =>
    average(members, (t) =>
      meanDistance(means[s]! - means[t]!, Math.sqrt(sds[s]! * sds[s]! + sds[t]! * sds[t]!)),
    ),
  );
  return toTarget - between / 2;
}

/** E |N(d, sd^2)|. */
function meanDistance(d: number, sd: number): number {
  const z = d / sd;
  return d * (2 * normalCdf(z) - 1) + 2 * sd * normalDensity(z);
}

function average(count: number, value: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum / count;
}
