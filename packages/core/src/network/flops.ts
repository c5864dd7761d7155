import { linearLayers, type Architecture } from './architecture.js';
import { sizeOf } from './shape.js';

/**
 * Floating-point operations of the layers with weights for one example: two for each weight (a product and a sum) and one for each bias, at
 * every output position. Activations and pools do not count.
 * @param architecture the layers of the network
 * @param kept by weight name: number of its elements that are not 0. Default: all.
 */
export function flopsOf(
  architecture: Architecture,
  kept: (name: string, elements: number) => number = (_name, elements) => elements,
): number {
  return linearLayers(architecture).reduce((sum, { weight, bias, outShape }) => {
    const positions = sizeOf(outShape) / sizeOf(bias.shape);
    const products = 2 * kept(weight.name, sizeOf(weight.shape));
    return sum + positions * (products + kept(bias.name, sizeOf(bias.shape)));
  }, 0);
}
