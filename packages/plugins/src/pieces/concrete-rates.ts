import { exp, linearLayers, log, type LinearLayer, type MethodContext, type Params } from '@bbb/core';
import { dropsInputs } from './plan.js';
import type { Operands } from './operands.js';

type RatesContext = Pick<MethodContext, 'ops' | 'architecture'>;

/** The layers whose input units are dropped: all layers with weights, except a convolution of the network's inputs. */
export function droppedLayers({ architecture }: Pick<MethodContext, 'architecture'>): LinearLayer[] {
  return linearLayers(architecture).filter(({ weight }) => weight.layer > 0 || dropsInputs(architecture));
}

/** Name of the parameter with the rate of a layer: logit p, of shape [1]. */
export function rateName(layer: number): string {
  return `dropout.${layer}.logit`;
}

/** p stays so far from 0 and 1 that masks and their entropy are finite. */
const MARGIN = 1e-6;

/** The rate of a layer. Undefined if nothing is dropped there. */
export function rateAt({ ops }: RatesContext, params: Params | Operands, layer: number): number | undefined {
  const logit = params[rateName(layer)];
  if (!logit) return undefined;
  const p = 1 / (1 + exp(-ops.read(logit)[0]!));
  return Math.min(1 - MARGIN, Math.max(MARGIN, p));
}

export function logitOf(p: number): number {
  return log(p / (1 - p));
}

/** -p log p - (1 - p) log(1 - p), nats. */
export function entropyOf(p: number): number {
  return -p * log(p) - (1 - p) * log(1 - p);
}
