import { definePlugin } from '@bbb/core';
import { fashionMnist } from './datasets/fashion-mnist.js';
import { idx } from './datasets/idx.js';
import { mnist } from './datasets/mnist.js';
import { bbbGaussian } from './methods/bbb-gaussian.js';
import { bbbMixture } from './methods/bbb-mixture.js';
import { dropconnect } from './methods/dropconnect.js';
import { dropout } from './methods/dropout.js';
import { mapGaussian } from './methods/map-gaussian.js';
import { mapMixture } from './methods/map-mixture.js';
import { sgd } from './methods/sgd.js';
import { paper } from './presets/paper.js';
import { quick } from './presets/quick.js';
import { study } from './presets/study.js';
import { kl } from './pruners/kl.js';
import { magnitude } from './pruners/magnitude.js';
import { random } from './pruners/random.js';
import { snr } from './pruners/snr.js';

export * from './pieces/index.js';
export {
  bayesByBackprop,
  bayesOptions,
  bayesTraining,
  type BayesOptions,
} from './methods/bayes-by-backprop.js';
export { dropconnectLoss, dropWeights } from './methods/dropconnect.js';
export { dropoutLoss, thinned, type DropoutRates } from './methods/dropout.js';
export { klScore } from './pruners/kl.js';
export { magnitudeScore } from './pruners/magnitude.js';
export { randomScore } from './pruners/random.js';
export { snrScore } from './pruners/snr.js';

/** What ships with bbb. It comes through the same door as anybody's plugin. */
export default definePlugin({
  name: '@bbb/plugins',
  methods: {
    sgd,
    dropout,
    dropconnect,
    'bbb-gaussian': bbbGaussian,
    'bbb-mixture': bbbMixture,
    'map-gaussian': mapGaussian,
    'map-mixture': mapMixture,
  },
  pruners: { magnitude, snr, kl, random },
  datasets: { mnist, 'fashion-mnist': fashionMnist, idx },
  presets: { quick, study, paper },
});
