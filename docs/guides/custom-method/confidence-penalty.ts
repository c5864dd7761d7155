import { autodiffTrainer, definePlugin } from '@bbb/core';
import { pointModel } from '@bbb/plugins';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

/** logits of the ReLU network in ordinary tfjs ops, so that tfjs can differentiate them. */
function logitsOf(params: Readonly<Record<string, tf.Tensor>>, x: tf.Tensor2D, layers: number): tf.Tensor2D {
  let h = x;
  for (let l = 0; l < layers; l++) {
    const z = tf.add(tf.matMul(h, params[`layers.${l}.weight`] as tf.Tensor2D), params[`layers.${l}.bias`]!);
    h = (l < layers - 1 ? tf.relu(z) : z) as tf.Tensor2D;
  }
  return h;
}

export default definePlugin({
  name: 'bbb-plugin-confidence-penalty',
  methods: {
    'confidence-penalty': {
      description: 'Maximum likelihood with a reward for predictive entropy.',
      source: 'Pereyra et al. 2017, arXiv 1701.06548, equation 1',
      options: z.strictObject({
        beta: z.number().nonnegative().default(0.1).describe('Weight of the entropy, per nat.'),
      }),
      pruner: 'magnitude',
      create: ({ beta }, context) => ({
        model: pointModel(context, { kind: 'fan-in' }),
        trainer: autodiffTrainer(
          {
            // mean over the batch of -log p(label) - beta H[p]
            objective(params, { x, labels }) {
              const { hidden, classes } = context.architecture;
              const logits = logitsOf(params, x, hidden.length + 1);
              const logP = tf.logSoftmax(logits);
              const target = tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes);
              const nll = tf.neg(tf.sum(tf.mul(target, logP), 1));
              const entropy = tf.neg(tf.sum(tf.mul(tf.exp(logP), logP), 1));
              return { loss: tf.mean(tf.sub(nll, tf.mul(entropy, beta))), logits };
            },
          },
          context,
        ),
      }),
    },
  },
});
