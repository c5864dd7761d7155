import type { Operand, Ops } from '../ops.js';
import type { OperandMemory } from './operand-memory.js';
import { ruleConstants } from './optimizer.js';
import { densityConstants, priorConstants } from './prior.js';

type Posteriors = Pick<
  Ops,
  | 'softplus'
  | 'variance'
  | 'standardNormal'
  | 'sampleGaussian'
  | 'gaussianGradients'
  | 'updateGaussian'
  | 'complexityCost'
  | 'updatePoint'
  | 'logPrior'
>;

export function posteriorOps({ kernels, at, sizeOf }: OperandMemory): Posteriors {
  const { run } = kernels;
  /** First and second moment. A moment that the rule does not have is 0. */
  const moments = ([first, second]: readonly Operand[]): [number, number] => [
    first ? at(first) : 0,
    second ? at(second) : 0,
  ];
  return {
    softplus: (out, rho) => run.softplus(at(out), at(rho), sizeOf(out)),
    variance(out, rho, ratio) {
      if (ratio) run.varianceAndRatio(at(out), at(ratio), at(rho), sizeOf(out));
      else run.variance(at(out), at(rho), sizeOf(out));
    },
    standardNormal: (out, key) => run.standardNormal(at(out), sizeOf(out), ...key),
    sampleGaussian: (w, { mu, rho }, key) => run.sampleGaussian(at(w), at(mu), at(rho), sizeOf(w), ...key),
    gaussianGradients(gMu, gRho, { mu, rho }, { w, grad, noiseGrad, prior, klWeight }, scale, accumulate) {
      const size = sizeOf(w);
      const constants = priorConstants(prior);
      // prettier-ignore
      run.gaussianGradients(
        at(gMu), at(gRho), at(mu), at(rho), at(w), at(grad), noiseGrad ? at(noiseGrad) : 0, size,
        klWeight, ...constants, scale, accumulate,
      );
    },
    updateGaussian({ mu, rho }, { w, grad, noiseGrad, prior, klWeight, rule, muMoments, rhoMoments }) {
      // prettier-ignore
      run.updateGaussian(
        at(mu), at(rho), ...moments(muMoments), ...moments(rhoMoments), at(w), at(grad),
        noiseGrad ? at(noiseGrad) : 0, sizeOf(w), klWeight, ...priorConstants(prior), ...ruleConstants(rule),
      );
    },
    complexityCost: ({ rho }, w, key, prior) =>
      run.complexityCost(at(rho), at(w), sizeOf(w), ...key, ...densityConstants(prior)),
    updatePoint(w, { grad, prior, priorWeight, rule, moments: state }) {
      // prettier-ignore
      run.updatePoint(
        at(w), ...moments(state), at(grad), sizeOf(w), priorWeight, ...priorConstants(prior), ...ruleConstants(rule),
      );
    },
    logPrior: (w, prior) => run.logPrior(at(w), sizeOf(w), ...densityConstants(prior)),
  };
}
