export {
  BbbError,
  clause,
  cutErrorRecord,
  cutText,
  fromErrorRecord,
  isDiskFull,
  toErrorRecord,
  type ErrorRecord,
} from './errors.js';
export { suggest } from './suggest.js';
export { exp } from './math/exp.js';
export { expEach } from './math/exp-each.js';
export { log } from './math/log.js';
export { log1p } from './math/log1p.js';
export { erfc, normalCdf, normalDensity } from './math/normal.js';
export { normals, permutation, uniform, unitUniform, words } from './random/draw.js';
export { fold, rootKey } from './random/key.js';
export {
  answersOf,
  entropiesOf,
  logDoubts,
  logSoftmax,
  type Answers,
  type LogProbabilities,
} from './predictive/log-softmax.js';
export {
  mixtureCdf,
  mixtureCrps,
  mixtureMean,
  mixtureNll,
  mixtureQuantile,
  mixtureVariances,
  type GaussianMixture,
} from './predictive/mixture.js';
export {
  argmax,
  argmaxes,
  countExamples,
  requireCount,
  requireProbabilities,
  type Probabilities,
} from './predictive/shape.js';
export { entropy, UncertaintyAccumulator, type Uncertainty } from './predictive/uncertainty.js';
