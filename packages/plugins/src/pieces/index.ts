// Pieces to compose a new method from.
export { drawWeights, gaussianModel, gaussianOf } from './gaussian-model.js';
export { gaussianTrainer, type GaussianTraining } from './gaussian-trainer.js';
export {
  initialiserSchema,
  initialLikelihood,
  initialWeights,
  likelihoodSpecs,
  type Initialiser,
} from './initialiser.js';
export { innerMethod, methodOption } from './inner-method.js';
export { ivonTrainer, type IvonTraining } from './ivon-trainer.js';
export { cyclicRate, doneShare, sampledShare, withinCycle, type Cycles, type Place } from './cycles.js';
export { sampleModel } from './kept-samples.js';
export { langevinStep, type LangevinStep } from './langevin.js';
export { langevinTrainer, type LangevinTraining } from './langevin-trainer.js';
export { swagModel } from './swag-model.js';
export { swagTrainer, type SwagTraining } from './swag-trainer.js';
export { klWeight, klWeightingSchema, type KlWeighting } from './kl-weighting.js';
export { atWeights, networkLoss, type Loss } from './loss.js';
export { drawnNetwork, network, owning } from './network.js';
export { memberModel, memberName, ofMember } from './members.js';
export { memberTrainer } from './member-trainer.js';
export { networkPass, type LinearPart, type Pass, type UnitDropout } from './pass.js';
export { gradientScale, minibatchCost } from './objective.js';
export { allocWeights, freeAll, weightKey, type Operands } from './operands.js';
export { initialMoments, momentsOf, optimizerStep } from './optimiser.js';
export { pointModel, type WeightNoise } from './point-model.js';
export { pointTrainer } from './point-trainer.js';
export { variationalTrainer, type VariationalObjective } from './variational-trainer.js';
export { temper, temperingOptions, type Tempering } from './tempering.js';
export { concreteLoss } from './concrete-loss.js';
export { concreteTrainer } from './concrete-trainer.js';
export { thinned, thinnedBy } from './thinned.js';
export { drawByVariance, varianceModel, varianceOf } from './variance-model.js';
export { initialiserOption, probability, standardDeviation, startOfRho } from './option-schemas.js';
export { gaussianOptions, mixtureOptions } from './prior-options.js';
export { innerParams, wrappedTrainer } from './wrapped-trainer.js';
