import { log } from '../math/log.js';
import type { LocalGradients, Operand, Ops } from '../ops.js';
import type { Prior } from '../prior.js';
import type { OperandMemory } from './operand-memory.js';
import { ruleConstants } from './optimizer.js';

type Local = Pick<Ops, 'localGradients' | 'updateLocal' | 'gaussianKl' | 'updateIvon'>;

export function localOps({ kernels, at, sizeOf }: OperandMemory): Local {
  const { run } = kernels;
  const moments = ([first, second]: readonly Operand[]): [number, number] => [
    first ? at(first) : 0,
    second ? at(second) : 0,
  ];
  const spreadOf = (spread: LocalGradients['spread']): [number, number] =>
    spread ? [at(spread.variance), at(spread.ratio)] : [0, 0];
  return {
    localGradients(gMu, gRho, { mu, rho }, gradients, scale, accumulate) {
      const { meanGrad, varianceGrad, spread, prior, klWeight } = gradients;
      // prettier-ignore
      run.localGradients(
        at(gMu), at(gRho), at(mu), at(rho), ...spreadOf(spread), at(meanGrad), at(varianceGrad), sizeOf(mu),
        klWeight, precisionOf(prior), scale, accumulate,
      );
    },
    updateLocal(
      { mu, rho },
      { meanGrad, varianceGrad, spread, prior, klWeight, rule, muMoments, rhoMoments },
    ) {
      // prettier-ignore
      run.updateLocal(
        at(mu), at(rho), ...moments(muMoments), ...moments(rhoMoments), ...spreadOf(spread), at(meanGrad), at(varianceGrad),
        sizeOf(mu), klWeight, precisionOf(prior), ...ruleConstants(rule),
      );
    },
    updateIvon(
      { mu, variance },
      { momentum, w, product, grad, beta1, beta2, examples, priorPrecision, rate, pull },
    ) {
      // prettier-ignore
      run.updateIvon(
        at(mu), at(variance), at(momentum), w ? at(w) : 0, product ? at(product) : 0, at(grad), sizeOf(mu),
        beta1, 1 - beta1, examples, priorPrecision, 1 - beta2, rate, pull,
      );
    },
    gaussianKl({ mu, rho }, prior) {
      const precision = precisionOf(prior);
      const constant = precision === 0 ? 0 : -(1 + log(precision)) / 2;
      return run.gaussianKl(at(mu), at(rho), sizeOf(mu), precision, constant);
    },
  };
}

/** 1 / s^2 of a Gaussian prior. 0 stands for the log-uniform prior. The callers have refused all other kinds. */
const precisionOf = (prior: Prior): number =>
  prior.kind === 'gaussian' ? 1 / (prior.sigma * prior.sigma) : 0;
