import type { EstimatorOp } from '../estimator-op.js';
import type { Ops } from '../ops.js';
import { Domain, streamWords } from '../random/stream.js';
import { sigmoid } from './gaussian.js';
import { standardNormals } from './normal.js';
import { data } from './operand.js';
import { channelIndices } from './channels.js';

type Estimators = Pick<Ops, EstimatorOp>;

/** Elementwise passes of the local reparameterisation and of Flipout. */
export const estimators: Estimators = {
  log(out, x) {
    data(x).forEach((value, i) => (data(out)[i] = Math.log(value)));
  },

  sigmoid(out, x) {
    data(x).forEach((value, i) => (data(out)[i] = sigmoid(value)));
  },

  square(out, x) {
    data(x).forEach((value, i) => (data(out)[i] = value * value));
  },

  subtract(out, a, b) {
    data(a).forEach((value, i) => (data(out)[i] = value - data(b)[i]!));
  },

  multiply(out, a, b) {
    data(a).forEach((value, i) => (data(out)[i] = value * data(b)[i]!));
  },

  addProduct(out, a, b, scale) {
    data(a).forEach((value, i) => (data(out)[i]! += scale * value * data(b)[i]!));
  },

  multiplySigns(out, x, key, positions = 1, accumulate = false) {
    const index = channelIndices(x, positions);
    const words = streamWords(key, Domain.sign, index.count);
    data(x).forEach((value, i) => {
      const signed = words[index.of(i)]! >>> 31 ? -value : value;
      data(out)[i] = accumulate ? data(out)[i]! + signed : signed;
    });
  },

  concreteMask(out, p, temperature, key, positions = 1) {
    const logit = Math.log(p / (1 - p));
    const index = channelIndices(out, positions);
    const words = streamWords(key, Domain.uniform, Math.ceil(index.count / 16) * 16);
    data(out).forEach((_, i) => {
      const u = Math.fround((words[index.of(i)]! >>> 1) | 1) * 2 ** -31;
      const keep = 1 / (1 + Math.exp(-(Math.log(1 - u) - Math.log(u) - logit) / temperature));
      data(out)[i] = keep / (1 - p);
    });
  },

  sampleActivations(out, mean, variance, key, slope) {
    const [m, v] = [data(mean), data(variance)];
    standardNormals(key, m.length).forEach((epsilon, i) => {
      const sigma = Math.sqrt(Math.max(0, v[i]!));
      data(out)[i] = m[i]! + sigma * epsilon;
      if (slope) data(slope)[i] = sigma === 0 ? 0 : epsilon / (2 * sigma);
    });
  },

  sampleWeights(out, mean, variance, key) {
    this.sampleActivations(out, mean, variance, key);
  },
};
