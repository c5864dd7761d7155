import type { Gaussian, GaussianSample, Ops } from '../ops.js';
import { data } from './operand.js';
import { descend } from './optimizer.js';
import { standardNormals } from './normal.js';
import { logNormal, logPrior, priorSlope } from './prior.js';

type GaussianOps = Pick<
  Ops,
  | 'softplus'
  | 'variance'
  | 'standardNormal'
  | 'sampleGaussian'
  | 'gaussianGradients'
  | 'updateGaussian'
  | 'complexityCost'
>;

export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export const gaussian: GaussianOps = {
  softplus(out, rho) {
    data(rho).forEach((value, i) => (data(out)[i] = softplus(value)));
  },

  variance(out, rho, ratio) {
    data(rho).forEach((value, i) => {
      const sigma = softplus(value);
      data(out)[i] = sigma ** 2;
      if (ratio) data(ratio)[i] = sigma > 0 ? sigmoid(value) / sigma : 0;
    });
  },

  standardNormal(out, key) {
    data(out).set(standardNormals(key, data(out).length));
  },

  sampleGaussian(w, { mu, rho }, key) {
    standardNormals(key, data(w).length).forEach((epsilon, i) => {
      data(w)[i] = data(mu)[i]! + softplus(data(rho)[i]!) * epsilon;
    });
  },

  gaussianGradients(gMu, gRho, posterior, sample, scale, accumulate) {
    forEachGradient(posterior, sample, (i, muGradient, rhoGradient) => {
      data(gMu)[i] = scale * muGradient + (accumulate ? data(gMu)[i]! : 0);
      data(gRho)[i] = scale * rhoGradient + (accumulate ? data(gRho)[i]! : 0);
    });
  },

  updateGaussian(posterior, update) {
    const [mu, rho] = [data(posterior.mu), data(posterior.rho)];
    const [muMoments, rhoMoments] = [update.muMoments.map(data), update.rhoMoments.map(data)];
    forEachGradient(posterior, update, (i, muGradient, rhoGradient) => {
      descend(update.rule, mu, muMoments, i, muGradient);
      descend(update.rule, rho, rhoMoments, i, rhoGradient);
    });
  },

  complexityCost({ rho }, w, key, prior) {
    let cost = 0;
    standardNormals(key, data(w).length).forEach((epsilon, i) => {
      const sigma = softplus(data(rho)[i]!);
      if (sigma > 0) cost += logNormal(epsilon, 0, 1) - Math.log(sigma) - logPrior(data(w)[i]!, prior);
    });
    return cost;
  },
};

/** The gradients of the cost with respect to mu and rho, element by element. With sigma = 0 the gradient of rho is 0. */
function forEachGradient(
  { rho }: Gaussian,
  { w, key, grad, noiseGrad = grad, prior, klWeight }: GaussianSample,
  use: (i: number, muGradient: number, rhoGradient: number) => void,
): void {
  standardNormals(key, data(w).length).forEach((epsilon, i) => {
    const slope = klWeight * priorSlope(data(w)[i]!, prior);
    const [g, noise] = [data(grad)[i]! - slope, data(noiseGrad)[i]! - slope];
    const sigma = softplus(data(rho)[i]!);
    use(i, g, sigma > 0 ? (noise * epsilon - klWeight / sigma) * sigmoid(data(rho)[i]!) : 0);
  });
}
