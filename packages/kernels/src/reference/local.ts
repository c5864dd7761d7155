import type { Gaussian, LocalGradients, Ops } from '../ops.js';
import type { Prior } from '../prior.js';
import { sigmoid, softplus } from './gaussian.js';
import { data } from './operand.js';
import { descend } from './optimizer.js';

type Local = Pick<Ops, 'localGradients' | 'updateLocal' | 'gaussianKl' | 'updateIvon'>;

/** Gradients in expectation and KL divergences in closed form. */
export const local: Local = {
  localGradients(gMu, gRho, posterior, gradients, scale, accumulate) {
    forEachGradient(posterior, gradients, (i, muGradient, rhoGradient) => {
      data(gMu)[i] = scale * muGradient + (accumulate ? data(gMu)[i]! : 0);
      data(gRho)[i] = scale * rhoGradient + (accumulate ? data(gRho)[i]! : 0);
    });
  },

  updateLocal(posterior, update) {
    const [mu, rho] = [data(posterior.mu), data(posterior.rho)];
    const [muMoments, rhoMoments] = [update.muMoments.map(data), update.rhoMoments.map(data)];
    forEachGradient(posterior, update, (i, muGradient, rhoGradient) => {
      descend(update.rule, mu, muMoments, i, muGradient);
      descend(update.rule, rho, rhoMoments, i, rhoGradient);
    });
  },

  updateIvon(
    posterior,
    { w, product, momentum, beta1, beta2, examples, priorPrecision, rate, pull, ...update },
  ) {
    const [mu, variance, m, grad] = [posterior.mu, posterior.variance, momentum, update.grad].map(data);
    mu!.forEach((x, i) => {
      m![i] = beta1 * m![i]! + (1 - beta1) * grad![i]!;
      const p = product ? data(product)[i]! : grad![i]! * (data(w!)[i]! - x);
      const r = (1 - beta2) * (examples * p + priorPrecision * variance![i]! - 1);
      variance![i]! /= 1 + r + (r * r) / 2;
      mu![i]! -= variance![i]! * (rate * m![i] + pull * x);
    });
  },

  gaussianKl({ mu, rho }, prior) {
    const precision = precisionOf(prior);
    return data(mu).reduce((sum, m, i) => {
      const variance = softplus(data(rho)[i]!) ** 2;
      if (variance === 0) return sum;
      if (prior.kind === 'log-uniform') return sum + logUniformKl(m, variance);
      return sum + (precision * (m * m + variance) - 1 - Math.log(precision * variance)) / 2;
    }, 0);
  },
};

function forEachGradient(
  { mu, rho }: Gaussian,
  { meanGrad, varianceGrad, prior, klWeight }: LocalGradients,
  use: (i: number, muGradient: number, rhoGradient: number) => void,
): void {
  const precision = precisionOf(prior);
  data(mu).forEach((m, i) => {
    const sigma = softplus(data(rho)[i]!);
    const [klMu, klSigma] =
      prior.kind === 'log-uniform'
        ? logUniformSlopes(m, sigma)
        : [precision * m, precision * sigma - 1 / sigma];
    const ofSigma = 2 * sigma * data(varianceGrad)[i]! + klWeight * klSigma;
    use(i, data(meanGrad)[i]! + klWeight * klMu, sigma > 0 ? ofSigma * sigmoid(data(rho)[i]!) : 0);
  });
}

const [K1, K2, K3] = [0.63576, 1.8732, 1.48695];
const CLIP = 8;

/** KL[N(mu, sigma^2) || log-uniform], log alpha clipped: Molchanov et al. 2017, equation 14. */
function logUniformKl(mu: number, variance: number): number {
  const logAlpha = Math.max(-CLIP, Math.min(CLIP, Math.log(variance / (mu * mu))));
  return K1 * (1 - sigmoid(K2 + K3 * logAlpha)) + 0.5 * Math.log1p(Math.exp(-logAlpha));
}

/** The derivatives with respect to mu and sigma. */
function logUniformSlopes(mu: number, sigma: number): [number, number] {
  const logAlpha = 2 * Math.log(sigma / Math.abs(mu));
  if (!(Math.abs(logAlpha) < CLIP)) return [0, 0];
  const s = sigmoid(K2 + K3 * logAlpha);
  const falling = 2 * K1 * K3 * s * (1 - s) + sigmoid(-logAlpha);
  return [falling / mu, -falling / sigma];
}

/** 1 / s^2 of a Gaussian prior. */
const precisionOf = (prior: Prior): number => (prior.kind === 'gaussian' ? 1 / prior.sigma ** 2 : 0);
