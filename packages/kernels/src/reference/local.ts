import type { Gaussian, LocalGradients, Ops } from '../ops.js';
import type { Prior } from '../prior.js';
import { sigmoid, softplus } from './gaussian.js';
import { data } from './operand.js';
import { descend } from './optimizer.js';

type Local = Pick<Ops, 'localGradients' | 'updateLocal' | 'gaussianKl'>;

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

  gaussianKl({ mu, rho }, prior) {
    const precision = precisionOf(prior);
    return data(mu).reduce((sum, m, i) => {
      const variance = softplus(data(rho)[i]!) ** 2;
      if (variance === 0) return sum;
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
    const ofSigma = 2 * sigma * data(varianceGrad)[i]! + klWeight * (precision * sigma - 1 / sigma);
    const g = data(meanGrad)[i]! + klWeight * precision * m;
    use(i, g, sigma > 0 ? ofSigma * sigmoid(data(rho)[i]!) : 0);
  });
}

/** 1 / s^2 of a Gaussian prior, the only kind that gets here. */
const precisionOf = (prior: Prior): number => (prior.kind === 'gaussian' ? 1 / prior.sigma ** 2 : 0);
