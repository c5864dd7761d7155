import type { Ops } from '../ops.js';
import { Domain, streamWords } from '../random/stream.js';
import { standardNormals } from './normal.js';
import { data } from './operand.js';
import { channelIndices } from './channels.js';

type Estimators = Pick<
  Ops,
  'square' | 'subtract' | 'multiply' | 'addProduct' | 'multiplySigns' | 'sampleActivations'
>;

/** Elementwise passes of the local reparameterisation and of Flipout. */
export const estimators: Estimators = {
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

  sampleActivations(out, mean, variance, key, slope) {
    const [m, v] = [data(mean), data(variance)];
    standardNormals(key, m.length).forEach((epsilon, i) => {
      const sigma = Math.sqrt(Math.max(0, v[i]!));
      data(out)[i] = m[i]! + sigma * epsilon;
      if (slope) data(slope)[i] = sigma === 0 ? 0 : epsilon / (2 * sigma);
    });
  },
};
