// Curvature of the loss of a network with respect to its weights, over examples.
export { ggnBlocks, type GgnBlocks } from './ggn-blocks.js';
export { ggnDiagonal } from './ggn-diagonal.js';
export { gradientMoments, type GradientMoments } from './gradients.js';
export { inputRms } from './input-rms.js';
export { kroneckerFactors, type KroneckerFactors, type KroneckerOptions } from './kronecker.js';
export type { CurvatureInput } from './over-batches.js';
export type { ByWeight } from './sums.js';
export { layerPass, type LayerChoice, type LayerPass } from './layer-pass.js';
