import {
  checkClosedForm,
  checkDensity,
  checkGaussian,
  checkLocal,
  checkMoments,
  checkSample,
  fail,
  sameSize,
} from './checks.js';
import type { Ops } from './ops.js';

/** The part of {@link checked} for draws, gradients and updates of posteriors. */
export function checkedPosteriors(
  ops: Ops,
): Pick<
  Ops,
  | 'softplus'
  | 'variance'
  | 'sampleGaussian'
  | 'gaussianGradients'
  | 'updateGaussian'
  | 'localGradients'
  | 'updateLocal'
  | 'updateIvon'
> {
  return {
    softplus(out, rho) {
      sameSize('softplus', out, rho);
      ops.softplus(out, rho);
    },
    variance(out, rho, ratio) {
      sameSize('variance', out, rho);
      if (ratio) sameSize('variance', out, ratio);
      ops.variance(out, rho, ratio);
    },
    sampleGaussian(w, posterior, key) {
      checkGaussian('sampleGaussian', posterior, w);
      ops.sampleGaussian(w, posterior, key);
    },
    gaussianGradients(gMu, gRho, posterior, sample, scale, accumulate) {
      checkSample('gaussianGradients', posterior, sample);
      sameSize('gaussianGradients', gMu, posterior.mu);
      sameSize('gaussianGradients', gRho, posterior.mu);
      ops.gaussianGradients(gMu, gRho, posterior, sample, scale, accumulate);
    },
    updateGaussian(posterior, update) {
      checkSample('updateGaussian', posterior, update);
      checkMoments('updateGaussian', posterior.mu, update.rule, update.muMoments);
      checkMoments('updateGaussian', posterior.mu, update.rule, update.rhoMoments);
      ops.updateGaussian(posterior, update);
    },
    localGradients(gMu, gRho, posterior, gradients, scale, accumulate) {
      checkLocal('localGradients', posterior, gradients);
      sameSize('localGradients', gMu, posterior.mu);
      sameSize('localGradients', gRho, posterior.mu);
      ops.localGradients(gMu, gRho, posterior, gradients, scale, accumulate);
    },
    updateLocal(posterior, update) {
      checkLocal('updateLocal', posterior, update);
      checkMoments('updateLocal', posterior.mu, update.rule, update.muMoments);
      checkMoments('updateLocal', posterior.mu, update.rule, update.rhoMoments);
      ops.updateLocal(posterior, update);
    },
    updateIvon(posterior, update) {
      const { w, product } = update;
      if (!w === !product) fail('updateIvon got both or neither of w and product. Give exactly one of them.');
      for (const x of [posterior.variance, update.momentum, update.grad, w ?? product!])
        sameSize('updateIvon', posterior.mu, x);
      ops.updateIvon(posterior, update);
    },
  };
}

/** The part of {@link checked} for costs in nats and updates of points. */
export function checkedCosts(
  ops: Ops,
): Pick<Ops, 'gaussianKl' | 'logPrior' | 'complexityCost' | 'updatePoint'> {
  return {
    gaussianKl(posterior, prior) {
      sameSize('gaussianKl', posterior.mu, posterior.rho);
      checkClosedForm('gaussianKl', prior);
      return ops.gaussianKl(posterior, prior);
    },
    logPrior(w, prior) {
      checkDensity('logPrior', prior);
      return ops.logPrior(w, prior);
    },
    complexityCost(posterior, w, key, prior) {
      checkGaussian('complexityCost', posterior, w);
      checkDensity('complexityCost', prior);
      return ops.complexityCost(posterior, w, key, prior);
    },
    updatePoint(w, update) {
      sameSize('updatePoint', w, update.grad);
      checkDensity('updatePoint', update.prior);
      checkMoments('updatePoint', w, update.rule, update.moments);
      ops.updatePoint(w, update);
    },
  };
}
