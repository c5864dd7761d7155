// Parts of a Laplace approximation.
export { closedFormNetwork, requireClosedForm } from './closed-form.js';
export type { Covariance, Measured } from './covariance.js';
export { diagonalCovariance } from './diagonal.js';
export { eigenOf, type Eigen } from './eigen.js';
export { effectiveParameters, fitPrecision, logEvidence, modeNorm, type Spectrum } from './evidence.js';
export { fitLaplace, type PriorChoice } from './finish.js';
export { kroneckerCovariance } from './kronecker.js';
export { linearisedNetwork } from './linearised.js';
export { laplaceModel, type LaplaceParts } from './model.js';
