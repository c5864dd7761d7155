import type { Operand, Ops } from '../ops.js';
import type { Kernels } from '../wasm/instance.js';
import { tensor } from './operand.js';
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

export function posteriorOps(kernels: Kernels): Posteriors {
  const { run } = kernels;
  const at = (x: Operand): number => kernels.offset(tensor(x));
  /** First and second moment; 0 for one that the rule does not have. */
  const moments = ([first, second]: readonly Operand[]): [number, number] => [
    first ? at(first) : 0,
    second ? at(second) : 0,
  ];
  return {
    softplus: (out, rho) => run.softplus(at(out), at(rho), tensor(out).size),
    variance: (out, rho) => run.variance(at(out), at(rho), tensor(out).size),
    standardNormal: (out, key) => run.standardNormal(at(out), tensor(out).size, ...key),
    sampleGaussian: (w, { mu, rho }, key) =>
      run.sampleGaussian(at(w), at(mu), at(rho), tensor(w).size, ...key),
    gaussianGradients(gMu, gRho, { mu, rho }, { w, grad, noiseGrad, prior, klWeight }, scale, accumulate) {
      const { size } = tensor(w);
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
        noiseGrad ? at(noiseGrad) : 0, tensor(w).size, klWeight, ...priorConstants(prior), ...ruleConstants(rule),
      );
    },
    complexityCost: ({ rho }, w, key, prior) =>
      run.complexityCost(at(rho), at(w), tensor(w).size, ...key, ...densityConstants(prior)),
    updatePoint(w, { grad, prior, priorWeight, rule, moments: state }) {
      // prettier-ignore
      run.updatePoint(
        at(w), ...moments(state), at(grad), tensor(w).size, priorWeight, ...priorConstants(prior), ...ruleConstants(rule),
      );
    },
    logPrior: (w, prior) => run.logPrior(at(w), tensor(w).size, ...densityConstants(prior)),
  };
}
