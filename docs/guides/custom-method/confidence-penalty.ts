import { autodiffTrainer, BbbError, definePlugin, type Architecture, type LinearLayer } from '@bbb/core';
import { pointModel } from '@bbb/plugins';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** The outputs of a fully connected network in ordinary tfjs ops, so that tfjs can differentiate them. */
function outputsOf({ layers }: Architecture, params: Tensors, x: tf.Tensor2D): tf.Tensor2D {
  return layers.reduce((h, layer) => {
    if (layer.kind === 'relu') return tf.relu(h);
    if (layer.kind === 'tanh') return tf.tanh(h);
    const { weight, bias } = layer as LinearLayer;
    return tf.add(tf.matMul(h, params[weight.name] as tf.Tensor2D), params[bias.name]!);
  }, x);
}

/** This loss is written for some layers and for classes only; others are refused with an error. */
function refuse(what: string, hint: string): never {
  throw new BbbError('E_CONFIDENCE_PENALTY', `The method "confidence-penalty" does not take ${what}.`, {
    hint,
  });
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
      create({ beta }, context) {
        const { architecture } = context;
        const other = architecture.layers.find(({ kind }) => !['dense', 'relu', 'tanh'].includes(kind));
        if (other) refuse(`${other.kind} layers`, 'Choose --network mlp.');
        return {
          model: pointModel(context, { kind: 'fan-in' }),
          trainer: autodiffTrainer(
            {
              // mean over the batch of -log p(label) - beta H[p]
              objective(params, { x, targets }) {
                if (targets instanceof Float32Array) refuse('real targets', 'Choose a data set of classes.');
                const outputs = outputsOf(architecture, params, x);
                const logP = tf.logSoftmax(outputs);
                const label = tf.tensor1d(Int32Array.from(targets), 'int32');
                const nll = tf.neg(tf.sum(tf.mul(tf.oneHot(label, architecture.outputs), logP), 1));
                const entropy = tf.neg(tf.sum(tf.mul(tf.exp(logP), logP), 1));
                return { loss: tf.mean(tf.sub(nll, tf.mul(entropy, beta))), outputs };
              },
            },
            context,
          ),
        };
      },
    },
  },
});
