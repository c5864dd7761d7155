// What a new method is composed of.
export { drawWeights, gaussianModel, gaussianOf } from './gaussian-model.js';
export { gaussianTrainer, type GaussianTraining } from './gaussian-trainer.js';
export { initialiserSchema, initialWeights, type Initialiser } from './initialiser.js';
export { checkKeep } from './keep-masks.js';
export { klWeight, klWeightingSchema, type KlWeighting } from './kl-weighting.js';
export { plainLoss, type Loss } from './loss.js';
export { backward, forward, forwardWithDropout, type UnitDropout } from './mlp.js';
export { drawnNetwork, network } from './network.js';
export { gradientScale, minibatchCost } from './objective.js';
export { allocWeights, asParams, freeAll, weightKey, type Operands } from './operands.js';
export { initialMoments, momentsOf, optimizerStep } from './optimiser.js';
export { pointModel, type WeightNoise } from './point-model.js';
export { pointTrainer } from './point-trainer.js';
export { scratchPool, type Scratch, type ScratchPool } from './scratch.js';
export { initialiserOption, probability, standardDeviation } from './option-schemas.js';
export { gaussianOptions, mixtureOptions } from './prior-options.js';
