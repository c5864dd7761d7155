import { log } from '../math/log.js';
import type { Operand, Ops } from '../ops.js';
import type { Prior } from '../prior.js';
import type { OperandMemory } from './operand-memory.js';
import { ruleConstants } from './optimizer.js';

type Local = Pick<Ops, 'localGradients' | 'updateLocal' | 'gaussianKl'>;

export function localOps({ kernels, at, sizeOf }: OperandMemory): Local {
  const { run } = kernels;
  const moments = ([first, second]: readonly Operand[]): [number, number] => [
    first ? at(first) : 0,
    second ? at(second) : 0,
  ];
  return {
    localGradients(gMu, gRho, { mu, rho }, { meanGrad, varianceGrad, prior, klWeight }, scale, accumulate) {
      const operands = [gMu, gRho, mu, rho, meanGrad, varianceGrad].map(at) as Six;
      const size = sizeOf(mu);
      run.localGradients(...operands, size, klWeight, precisionOf(prior), scale, accumulate);
    },
    updateLocal({ mu, rho }, { meanGrad, varianceGrad, prior, klWeight, rule, muMoments, rhoMoments }) {
      // prettier-ignore
      run.updateLocal(
        at(mu), at(rho), ...moments(muMoments), ...moments(rhoMoments), at(meanGrad), at(varianceGrad), sizeOf(mu),
        klWeight, precisionOf(prior), ...ruleConstants(rule),
      );
    },
    gaussianKl({ mu, rho }, prior) {
      const precision = precisionOf(prior);
      return run.gaussianKl(at(mu), at(rho), sizeOf(mu), precision, -(1 + log(precision)) / 2);
    },
  };
}

type Six = [number, number, number, number, number, number];

/** 1 / s^2 of a Gaussian prior, the only kind that gets here. */
const precisionOf = (prior: Prior): number =>
  prior.kind === 'gaussian' ? 1 / (prior.sigma * prior.sigma) : 0;
