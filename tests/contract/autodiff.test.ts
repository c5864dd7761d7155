import { methodChecks } from '@bbb/contract';
import {
  autodiffTrainer,
  createRegistry,
  fold,
  isLinear,
  runTrial,
  startBackend,
  type Architecture,
  type Method,
  type MethodContext,
  type Model,
} from '@bbb/core';
import { keyedNormal, type Key } from '@bbb/kernels';
import builtIns, { gaussianModel, initialWeights, network, pointModel } from '@bbb/plugins';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const ops = await startBackend();
const FAN_IN = { kind: 'fan-in' } as const;

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** The outputs of fully connected layers. `weight` makes every weight tensor. */
function outputsOf(
  { layers }: Architecture,
  weight: (name: string) => tf.Tensor,
  x: tf.Tensor2D,
): tf.Tensor2D {
  return layers.reduce((h, layer) => {
    if (!isLinear(layer)) return tf.relu(h);
    return tf.add(tf.matMul(h, weight(layer.weight.name) as tf.Tensor2D), weight(layer.bias.name));
  }, x);
}

/** One draw, mu + softplus(rho) epsilon, in ordinary tfjs ops. The function ignores pruning. */
const drawn = (params: Tensors, key: Key) => (name: string) => {
  const [mu, rho] = [params[`${name}.mu`]!, params[`${name}.rho`]!];
  return tf.add(mu, tf.mul(tf.softplus(rho), keyedNormal(mu.shape, fold(key, name))));
};

function crossEntropy(outputs: tf.Tensor2D, targets: ArrayLike<number>): tf.Tensor {
  const labels = tf.tensor1d(Int32Array.from(targets), 'int32');
  const oneHot = tf.oneHot(labels, outputs.shape[1]);
  return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(outputs)), 1)));
}

const options = z.strictObject({});
const described = { description: 'A stranger.', options, pruner: 'snr', training: {} } as const;

/** The built-in Gaussian posterior, trained by the loss of another author. */
const stranger: Method = {
  ...described,
  create(_, context) {
    const { architecture } = context;
    return {
      model: gaussianModel(context, FAN_IN, -3),
      trainer: autodiffTrainer(
        {
          objective(params, { x, targets }, key) {
            const outputs = outputsOf(architecture, drawn(params, key), x);
            return { loss: crossEntropy(outputs, targets), outputs };
          },
        },
        context,
      ),
    };
  },
};

describe('a Gaussian model under a trainer that tfjs differentiates', () => {
  for (const { name, run } of methodChecks({ method: stranger, ops })) it(name, run);
});

describe('a trial that fine-tunes', () => {
  const run = (method: Method, finetuneEpochs = 3) => {
    const plugin = { name: 'strangers', methods: { stranger: method } };
    const trial = tinyTrial('mlp', { use: 'stranger', options: {} });
    return runTrial({
      trial: { ...trial, pruning: { ...trial.pruning, finetuneEpochs } },
      registry: createRegistry([builtIns, plugin]),
      dataset: tinyDataset('mlp'),
      ops,
    });
  };

  it('keeps pruned weights at zero, even if the trainer changes them', async () => {
    const { result } = await run(stranger);
    const total = result.parameters;
    expect(result.pruning.map(({ zeros }) => zeros)).toEqual([
      0,
      Math.floor(total / 2),
      Math.floor(0.9 * total),
    ]);
    expect(result.pruning.map(({ finetuned }) => finetuned)).toEqual([false, true, true]);
    // The method trained: fine-tuning changes the weights that the masks keep.
    const cut = (await run(stranger, 0)).result.pruning[1]!;
    expect(result.pruning[1]!.evaluations[0]!.metrics.nll).not.toBe(cut.evaluations[0]!.metrics.nll);
  });

  it('is refused if the predicting network does not read the pruned parameters', async () => {
    const before = tf.memory().numTensors;
    const failed = run({ ...described, pruner: 'magnitude', create: deaf });
    await expect(failed).rejects.toMatchObject({
      code: 'E_PRUNE_REVIVED',
      message: expect.stringMatching(/^Element \d+ of layers\.0\.weight was pruned/),
      hint: expect.stringContaining('model.params'),
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is refused if a parameter declares another pruned value than 0', async () => {
    const wrong: Method = {
      ...described,
      pruner: 'magnitude',
      create(_, context) {
        const { model, trainer } = plain(context);
        return {
          model: { ...model, params: model.params.map((spec) => ({ ...spec, pruned: 0.5 })) },
          trainer,
        };
      },
    };
    await expect(run(wrong)).rejects.toMatchObject({ code: 'E_PRUNE_REVIVED' });
  });
});

/** A point estimate of every weight, trained by tfjs. */
function plain(context: MethodContext): ReturnType<Method['create']> {
  return {
    model: pointModel(context, FAN_IN),
    trainer: autodiffTrainer(
      {
        objective(params, { x, targets }) {
          const outputs = outputsOf(context.architecture, (name) => params[name]!, x);
          return { loss: crossEntropy(outputs, targets), outputs };
        },
      },
      context,
    ),
  };
}

/** A draw copies the weights, so later changes of the parameters do not affect it. */
function deaf(_: unknown, context: MethodContext): ReturnType<Method['create']> {
  const { model, trainer } = plain(context);
  const draw: Model['draw'] = () => {
    const own = initialWeights(context, FAN_IN, [1, 2]);
    return network(context, own, () => Object.values(own).forEach((x) => ops.free(x)));
  };
  return { model: { ...model, draw }, trainer };
}
