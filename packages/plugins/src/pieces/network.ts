import type { MethodContext, Network } from '@bbb/core';
import type { Operand } from '@bbb/kernels';
import { atWeights } from './loss.js';
import { allocWeights, freeAll, type Operands } from './operands.js';
import { planOf } from './plan.js';

type NetworkContext = Pick<MethodContext, 'ops' | 'architecture' | 'likelihood'>;

/**
 * A network with these weights.
 * @param weights the weights and the parameters of the likelihood, by name
 * @param dispose frees what belongs to the network: the weights of a draw. (The weights of the mean are the parameters themselves.)
 */
export function network(
  { ops, architecture, likelihood }: NetworkContext,
  weights: Operands,
  dispose: () => void = () => undefined,
): Network {
  const { steps, sizes } = planOf(architecture, { input: false, hidden: false });
  const pick = (specs: readonly { readonly name: string }[]): Operands =>
    Object.fromEntries(specs.map(({ name }) => [name, weights[name]!]));
  const last = steps.at(-1)!.to;
  return {
    weights: pick(architecture.weights),
    likelihood: pick(likelihood.parameters),
    outputs(x) {
      const linear = atWeights(ops, weights);
      const buffers = new Map<number, Operand>([[0, x]]);
      const free = (buffer: number): void => {
        if (buffer !== 0 && buffers.has(buffer)) ops.free(buffers.get(buffer)!);
        buffers.delete(buffer);
      };
      let done: Operand | undefined;
      try {
        for (const step of steps) {
          if (step.kind === 'noise') continue;
          if (!buffers.has(step.to)) buffers.set(step.to, ops.alloc([x.shape[0]!, sizes[step.to]!]));
          const [from, to] = [buffers.get(step.from)!, buffers.get(step.to)!];
          if (step.kind === 'linear') linear.forward(step.layer, to, from, step.relu);
          else if (!step.done) step.layer.forward(ops, to, from);
          if (step.from !== step.to) free(step.from);
        }
        done = buffers.get(last)!;
        buffers.delete(last);
        return done;
      } finally {
        for (const buffer of Array.from(buffers.keys())) free(buffer);
      }
    },
    dispose,
  };
}

/**
 * A network with its own weights, which `draw` writes. They are freed if `draw` throws. The likelihood's parameters are those in `params`.
 *
 * @param context its ops, architecture and likelihood
 * @param params of the model, with those of the likelihood
 * @param draw writes every weight; the operands hold zeros before
 */
export function drawnNetwork(
  context: NetworkContext,
  params: Operands,
  draw: (weights: Operands) => void,
): Network {
  const { ops, architecture, likelihood } = context;
  const weights = allocWeights(ops, architecture.weights);
  try {
    draw(weights);
  } catch (error) {
    freeAll(ops, weights);
    throw error;
  }
  const shared = likelihood.parameters.map(({ name }) => [name, params[name]!] as const);
  return network(context, { ...weights, ...Object.fromEntries(shared) }, () => freeAll(ops, weights));
}

/**
 * A network that also calls `free` when it is disposed of.
 *
 * @param network the network that predicts
 * @param free called after the network has been disposed of
 */
export function owning(network: Network, free: () => void): Network {
  return {
    weights: network.weights,
    likelihood: network.likelihood,
    outputs: (x) => network.outputs(x),
    dispose() {
      network.dispose();
      free();
    },
  };
}
