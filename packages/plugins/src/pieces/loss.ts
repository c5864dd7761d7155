import type { Batch, BatchLoss, LinearLayer, MethodContext } from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';
import type { Operands } from './operands.js';
import { networkPass, type LinearPart, type Pass, type UnitDropout } from './pass.js';

/**
 * -log P(D_i | w), summed over a minibatch, in nats, with the noise of a method. The noise is a function of the key: value and gradient with the
 * same key have the same noise. `weights` holds the weights and the parameters of the likelihood, by name.
 */
export interface Loss {
  value(weights: Operands, batch: Batch, key: Key): BatchLoss;
  /** Returns the value, and writes `scale` times its gradient into `grads`. */
  gradient(weights: Operands, batch: Batch, key: Key, scale: number, grads: Operands): BatchLoss;
  dispose(): void;
}

/**
 * The loss of a network with these weights, with dropout on its units if given.
 *
 * @param context its ops, architecture and likelihood
 * @param dropout probabilities for inputs and hidden units. Default: no unit is dropped
 */
export function networkLoss(
  { ops, architecture, likelihood }: Pick<MethodContext, 'ops' | 'architecture' | 'likelihood'>,
  dropout?: UnitDropout,
): Loss {
  const pass = networkPass(ops, architecture, dropout);
  return {
    ...lossAlong({ ops, likelihood }, pass, (weights, _key, grads) => atWeights(ops, weights, grads)),
    dispose: () => pass.dispose(),
  };
}

/** The loss of a pass through the network. `part` computes the linear layers. Gradients are computed if there is a place for them. */
export function lossAlong(
  { ops, likelihood }: Pick<MethodContext, 'ops' | 'likelihood'>,
  pass: Pass,
  part: (weights: Operands, key: Key, grads?: Operands) => LinearPart,
): Omit<Loss, 'dispose'> {
  return {
    value(weights, batch, key) {
      const outputs = pass.forward(batch.x, part(weights, key), key);
      return likelihood.nll(ops, outputs, batch.targets, weights);
    },
    gradient(weights, batch, key, scale, grads) {
      const linear = part(weights, key, grads);
      const outputs = pass.forward(batch.x, linear, key);
      const loss = likelihood.nll(ops, outputs, batch.targets, weights, {
        outputs,
        parameters: grads,
        scale,
      });
      pass.backward(batch.x, linear, key);
      return loss;
    },
  };
}

/**
 * Computes every linear layer with these weights, and writes the gradients into `grads`.
 *
 * @param ops the ops that compute the layers
 * @param weights by name, e.g. `layers.0.weight`
 * @param grads where `backward` writes, by the same names. Default: none, for a forward pass
 */
export function atWeights(ops: Ops, weights: Operands, grads: Operands = {}): LinearPart {
  const of = (all: Operands, { weight, bias }: LinearLayer): [Operand, Operand] => [
    all[weight.name]!,
    all[bias.name]!,
  ];
  return {
    forward: (layer, out, x, relu) => layer.forward(ops, out, x, ...of(weights, layer), relu),
    backward(layer, dx, dOut, x) {
      layer.gradients(ops, ...of(grads, layer), x, dOut);
      if (dx) layer.backward(ops, dx, dOut, weights[layer.weight.name]!);
    },
  };
}
