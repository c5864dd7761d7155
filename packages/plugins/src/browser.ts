import { definePlugin } from '@bbb/core';
import { categorical } from './likelihoods/categorical.js';
import { gaussian } from './likelihoods/gaussian.js';
import { bbbGaussian } from './methods/bbb-gaussian.js';
import { bbbLaplace } from './methods/bbb-laplace.js';
import { bbbMixture } from './methods/bbb-mixture.js';
import { bbbSpikeSlabLasso } from './methods/bbb-spike-slab-lasso.js';
import { concreteDropout } from './methods/concrete-dropout.js';
import { dropconnect } from './methods/dropconnect.js';
import { dropout } from './methods/dropout.js';
import { ensemble } from './methods/ensemble.js';
import { ivon } from './methods/ivon.js';
import { laplace } from './methods/laplace.js';
import { mapGaussian } from './methods/map-gaussian.js';
import { mapMixture } from './methods/map-mixture.js';
import { sgld } from './methods/sgld.js';
import { swag } from './methods/swag.js';
import { sgd } from './methods/sgd.js';
import { sparseVd } from './methods/sparse-vd.js';
import { groupJeffreys } from './methods/group-jeffreys.js';
import { spikeSlab } from './methods/spike-slab.js';
import { cnn } from './networks/cnn.js';
import { mlp } from './networks/mlp.js';
import { bandit } from './presets/bandit.js';
import { compress } from './presets/compress.js';
import { controls } from './presets/controls.js';
import { curve } from './presets/curve.js';
import { methods } from './presets/methods.js';
import { paper } from './presets/paper.js';
import { quick } from './presets/quick.js';
import { study } from './presets/study.js';
import { table } from './presets/table.js';
import { bmr } from './pruners/bmr.js';
import { inclusion } from './pruners/inclusion.js';
import { atInit } from './procedures/at-init.js';
import { gradual } from './procedures/gradual.js';
import { iterative } from './procedures/iterative.js';
import { oneShot } from './procedures/one-shot.js';
import { rewind } from './procedures/rewind.js';
import { kl } from './pruners/kl.js';
import { lamp } from './pruners/lamp.js';
import { logAlpha } from './pruners/log-alpha.js';
import { magnitude } from './pruners/magnitude.js';
import { noisyUnits } from './pruners/noisy-units.js';
import { obd, opd } from './pruners/obd.js';
import { obs } from './pruners/obs.js';
import { random } from './pruners/random.js';
import { posteriorZero } from './pruners/posterior-zero.js';
import { shuffleWithinLayer } from './pruners/shuffle-within-layer.js';
import { snip } from './pruners/snip.js';
import { snr } from './pruners/snr.js';
import { unitNorm } from './pruners/unit-norm.js';
import { unitSnr } from './pruners/unit-snr.js';
import { unitTaylor } from './pruners/unit-taylor.js';
import { taylor } from './pruners/taylor.js';
import { unitNoise } from './pruners/unit-noise.js';
import { wanda } from './pruners/wanda.js';
import { halton } from './samplers/halton.js';
import { random as randomPoints } from './samplers/random.js';
import { sobol } from './samplers/sobol.js';
import { tpe } from './samplers/tpe.js';
import { asha } from './schedulers/asha.js';
import { median } from './schedulers/median.js';
import { none } from './schedulers/none.js';

export type { BuiltInOptions } from './option-types.js';
export * from './pieces/index.js';
export * from './layers/index.js';
export * from './estimators/index.js';
export * from './laplace/index.js';
export { mlp } from './networks/mlp.js';
export { cnn } from './networks/cnn.js';
export { categoricalLikelihood, probitLogits } from './likelihoods/categorical.js';
export { gaussianLikelihood, type GaussianOptions } from './likelihoods/gaussian.js';
export {
  bayesByBackprop,
  bayesOptions,
  bayesTraining,
  type BayesOptions,
} from './methods/bayes-by-backprop.js';
export { dropconnectLoss, dropWeights } from './methods/dropconnect.js';
export { dropoutLoss } from './methods/dropout.js';
export { inclusionScore } from './pruners/inclusion.js';
export { gradualChain } from './procedures/gradual.js';
export { iterativeChain } from './procedures/iterative.js';
export { rewindChains, roundShares } from './procedures/rewind.js';
export { bmrScore } from './pruners/bmr.js';
export { lampScore } from './pruners/lamp.js';
export { posteriorZeroScore } from './pruners/posterior-zero.js';
export { aroundUnits, sumInto, sumOut, type AroundUnits } from './pruners/around-unit.js';
export { unitNormScore } from './pruners/unit-norm.js';
export { unitSnrScore } from './pruners/unit-snr.js';
export { unitTaylorScore } from './pruners/unit-taylor.js';
export { shuffled } from './pruners/shuffle-within-layer.js';
export { klScore } from './pruners/kl.js';
export { logAlphaScore } from './pruners/log-alpha.js';
export { magnitudeScore } from './pruners/magnitude.js';
export { noisyUnitsScore } from './pruners/noisy-units.js';
export { obdScore } from './pruners/obd.js';
export { obsScore, obsUpdate, type Block } from './pruners/obs.js';
export { randomScore } from './pruners/random.js';
export { snrScore } from './pruners/snr.js';
export { taylorScore } from './pruners/taylor.js';
export { unitNoiseScore } from './pruners/unit-noise.js';
export { wandaScore } from './pruners/wanda.js';
export { haltonSampler, radicalInverse } from './samplers/halton.js';
export { randomSampler } from './samplers/random.js';
export { sobolBits, sobolSampler } from './samplers/sobol.js';
export { tpeSampler, type TpeOptions } from './samplers/tpe.js';
export { ashaScheduler, type AshaOptions } from './schedulers/asha.js';
export { medianScheduler, type MedianOptions } from './schedulers/median.js';

/** What ships with bbb, without the data sets: those are files, which a page does not read. */
export default definePlugin({
  name: '@bbb/plugins',
  methods: {
    sgd,
    dropout,
    'concrete-dropout': concreteDropout,
    dropconnect,
    'bbb-gaussian': bbbGaussian,
    'bbb-mixture': bbbMixture,
    'bbb-laplace': bbbLaplace,
    'bbb-spike-slab-lasso': bbbSpikeSlabLasso,
    'sparse-vd': sparseVd,
    ivon,
    'map-gaussian': mapGaussian,
    'map-mixture': mapMixture,
    ensemble,
    laplace,
    'group-jeffreys': groupJeffreys,
    'spike-slab': spikeSlab,
    swag,
    sgld,
  },
  networks: { mlp, cnn },
  likelihoods: { categorical, gaussian },
  pruners: {
    magnitude,
    snr,
    kl,
    'log-alpha': logAlpha,
    obd,
    opd,
    obs,
    taylor,
    wanda,
    bmr,
    lamp,
    'posterior-zero': posteriorZero,
    snip,
    random,
    'shuffle-within-layer': shuffleWithinLayer,
    inclusion,
    'unit-norm': unitNorm,
    'unit-snr': unitSnr,
    'unit-taylor': unitTaylor,
    'unit-noise': unitNoise,
    'noisy-units': noisyUnits,
  },
  procedures: { 'one-shot': oneShot, iterative, gradual, rewind, 'at-init': atInit },
  samplers: { random: randomPoints, halton, sobol, tpe },
  schedulers: { asha, median, none },
  presets: { quick, study, controls, methods, paper, curve, table, bandit, compress },
});
