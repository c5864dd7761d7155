import { exp, linearLayers, log, type LinearLayer, type MethodContext, type Params } from '@bbb/core';
import { dropsInputs } from './plan.js';
import type { Operands } from './operands.js';

type RatesContext = Pick<MethodContext, 'ops' | 'architecture'>;

/** The layers whose input units are dropped: all with weights but a convolution of the inputs. */
export function droppedLayers({ architecture }: Pick<MethodContext, 'architecture'>): LinearLayer[] {
  return linearLayers(architecture).filter(({ weight }) => weight.layer > 0 || dropsInputs(architecture));
}

/** The parameter of a layer's rate: logit p, of shape [1]. */
export function rateName(layer: number): string {
  return `dropout.${layer}.logit`;
}

/** p never gets so near to 0 or 1 that masks or their entropy leave their range. */
const MARGIN = 1e-6;

/** The rate of a layer; undefined where nothing is dropped. */
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
