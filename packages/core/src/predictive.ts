// What a program that only predicts needs of core: no schemas, no tfjs, no files.
export { BbbError } from './errors.js';
export { exp } from './math/exp.js';
export { log } from './math/log.js';
export { argmax } from './metrics/shape.js';
export { mixtureMean, mixtureQuantile, mixtureVariances, type GaussianMixture } from './metrics/mixture.js';
export { UncertaintyAccumulator, type Uncertainty } from './metrics/uncertainty.js';
export { fold, rootKey } from './random/key.js';
