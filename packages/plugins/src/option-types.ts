import type { z } from 'zod';
import type { csvOptions } from './datasets/csv/options.js';
import type { curveOptions } from './datasets/curve/curve.js';
import type { idxOptions } from './datasets/idx.js';
import type { imagesOptions } from './datasets/images.js';
import type { rotatedOptions } from './datasets/rotated.js';
import type { categoricalOptions } from './likelihoods/categorical.js';
import type { gaussianOptions } from './likelihoods/gaussian.js';
import type { bbbGaussianOptions } from './methods/bbb-gaussian.js';
import type { bbbLaplaceOptions } from './methods/bbb-laplace.js';
import type { bbbMixtureOptions } from './methods/bbb-mixture.js';
import type { bbbSpikeSlabLassoOptions } from './methods/bbb-spike-slab-lasso.js';
import type { concreteDropoutOptions } from './methods/concrete-dropout.js';
import type { dropconnectOptions } from './methods/dropconnect.js';
import type { dropoutOptions } from './methods/dropout.js';
import type { ensembleOptions } from './methods/ensemble.js';
import type { groupJeffreysOptions } from './methods/group-jeffreys.js';
import type { ivonOptions } from './methods/ivon.js';
import type { laplaceOptions } from './methods/laplace.js';
import type { mapGaussianOptions } from './methods/map-gaussian.js';
import type { mapMixtureOptions } from './methods/map-mixture.js';
import type { sgdOptions } from './methods/sgd.js';
import type { sgldOptions } from './methods/sgld.js';
import type { sparseVdOptions } from './methods/sparse-vd.js';
import type { spikeSlabOptions } from './methods/spike-slab.js';
import type { swagOptions } from './methods/swag.js';
import type { cnnOptions } from './networks/cnn.js';
import type { mlpOptions } from './networks/mlp.js';
import type { atInitOptions } from './procedures/at-init.js';
import type { gradualOptions } from './procedures/gradual.js';
import type { iterativeOptions } from './procedures/iterative.js';
import type { oneShotOptions } from './procedures/one-shot.js';
import type { rewindOptions } from './procedures/rewind.js';
import type { bmrOptions } from './pruners/bmr.js';
import type { inclusionOptions } from './pruners/inclusion.js';
import type { klOptions } from './pruners/kl.js';
import type { lampOptions } from './pruners/lamp.js';
import type { logAlphaOptions } from './pruners/log-alpha.js';
import type { magnitudeOptions } from './pruners/magnitude.js';
import type { obdOptions, opdOptions } from './pruners/obd.js';
import type { obsOptions } from './pruners/obs.js';
import type { posteriorZeroOptions } from './pruners/posterior-zero.js';
import type { randomOptions } from './pruners/random.js';
import type { shuffleOptions } from './pruners/shuffle-within-layer.js';
import type { snrOptions } from './pruners/snr.js';
import type { taylorOptions } from './pruners/taylor.js';
import type { noiseOptions } from './pruners/unit-noise.js';
import type { unitNormOptions } from './pruners/unit-norm.js';
import type { unitSnrOptions } from './pruners/unit-snr.js';
import type { unitTaylorOptions } from './pruners/unit-taylor.js';
import type { wandaOptions } from './pruners/wanda.js';
import type { tpeOptions } from './samplers/tpe.js';
import type { ashaOptions } from './schedulers/asha.js';
import type { medianOptions } from './schedulers/median.js';

/** Options as they may be written: what has a default may be left out. */
type In<Schema extends z.ZodType> = z.input<Schema>;

/** The type for a plugin without options. */
type NoOptions = Readonly<Record<string, never>>;

/** Data sets that are called by their names alone. */
type PublishedSet =
  | 'mnist'
  | 'fashion-mnist'
  | 'glyphs'
  | 'boston'
  | 'breast-cancer'
  | 'cars'
  | 'diabetes'
  | 'digits'
  | 'iris'
  | 'randhie'
  | 'star98'
  | 'wine';

/** The options of what this package brings, by kind and name, for the types of a configuration file. */
export interface BuiltInOptions {
  readonly methods: {
    readonly sgd: In<typeof sgdOptions>;
    readonly dropout: In<typeof dropoutOptions>;
    readonly 'concrete-dropout': In<typeof concreteDropoutOptions>;
    readonly dropconnect: In<typeof dropconnectOptions>;
    readonly 'bbb-gaussian': In<typeof bbbGaussianOptions>;
    readonly 'bbb-mixture': In<typeof bbbMixtureOptions>;
    readonly 'bbb-laplace': In<typeof bbbLaplaceOptions>;
    readonly 'bbb-spike-slab-lasso': In<typeof bbbSpikeSlabLassoOptions>;
    readonly 'sparse-vd': In<typeof sparseVdOptions>;
    readonly ivon: In<typeof ivonOptions>;
    readonly 'map-gaussian': In<typeof mapGaussianOptions>;
    readonly 'map-mixture': In<typeof mapMixtureOptions>;
    readonly ensemble: In<typeof ensembleOptions>;
    readonly laplace: In<typeof laplaceOptions>;
    readonly 'group-jeffreys': In<typeof groupJeffreysOptions>;
    readonly 'spike-slab': In<typeof spikeSlabOptions>;
    readonly swag: In<typeof swagOptions>;
    readonly sgld: In<typeof sgldOptions>;
  };
  readonly networks: {
    readonly mlp: In<typeof mlpOptions>;
    readonly cnn: In<typeof cnnOptions>;
  };
  readonly likelihoods: {
    readonly categorical: In<typeof categoricalOptions>;
    readonly gaussian: In<typeof gaussianOptions>;
  };
  readonly pruners: {
    readonly magnitude: In<typeof magnitudeOptions>;
    readonly snr: In<typeof snrOptions>;
    readonly kl: In<typeof klOptions>;
    readonly 'log-alpha': In<typeof logAlphaOptions>;
    readonly obd: In<typeof obdOptions>;
    readonly opd: In<typeof opdOptions>;
    readonly obs: In<typeof obsOptions>;
    readonly taylor: In<typeof taylorOptions>;
    readonly wanda: In<typeof wandaOptions>;
    readonly bmr: In<typeof bmrOptions>;
    readonly lamp: In<typeof lampOptions>;
    readonly 'posterior-zero': In<typeof posteriorZeroOptions>;
    readonly snip: In<typeof taylorOptions>;
    readonly random: In<typeof randomOptions>;
    readonly 'shuffle-within-layer': In<typeof shuffleOptions>;
    readonly inclusion: In<typeof inclusionOptions>;
    readonly 'unit-norm': In<typeof unitNormOptions>;
    readonly 'unit-snr': In<typeof unitSnrOptions>;
    readonly 'unit-taylor': In<typeof unitTaylorOptions>;
    readonly 'unit-noise': In<typeof noiseOptions>;
    readonly 'noisy-units': In<typeof noiseOptions>;
  };
  readonly procedures: {
    readonly 'one-shot': In<typeof oneShotOptions>;
    readonly iterative: In<typeof iterativeOptions>;
    readonly gradual: In<typeof gradualOptions>;
    readonly rewind: In<typeof rewindOptions>;
    readonly 'at-init': In<typeof atInitOptions>;
  };
  readonly datasets: {
    readonly idx: In<typeof idxOptions>;
    readonly csv: In<typeof csvOptions>;
    readonly images: In<typeof imagesOptions>;
    readonly rotated: In<typeof rotatedOptions>;
    readonly curve: In<typeof curveOptions>;
  } & { readonly [Name in PublishedSet]: NoOptions };
  readonly samplers: {
    readonly random: NoOptions;
    readonly halton: NoOptions;
    readonly sobol: NoOptions;
    readonly tpe: In<typeof tpeOptions>;
  };
  readonly schedulers: {
    readonly asha: In<typeof ashaOptions>;
    readonly median: In<typeof medianOptions>;
    readonly none: NoOptions;
  };
}
