import { linearLayers, sizeOf, type Architecture, type LinearLayer } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';
import { scratchPool } from '../pieces/scratch.js';

/** What an estimator keeps of one layer between the way through the network and the way back. */
export interface LayerScratch {
  /** As large as the layer's input. */
  readonly input: Operand;
  /** As large as its output. */
  readonly output: Operand;
  /** As large as its input, for the way back; made when it is first asked for. */
  readonly gradient: () => Operand;
}

/** By batch size and layer. */
export function layerScratch(
  ops: Ops,
  architecture: Architecture,
): { of(layer: LinearLayer, batch: number): LayerScratch; dispose(): void } {
  const layers = linearLayers(architecture);
  // Buffer 0 is nobody's; each layer has the two after it.
  const pool = scratchPool(ops, [
    0,
    ...layers.flatMap(({ inShape, outShape }) => [sizeOf(inShape), sizeOf(outShape)]),
  ]);
  return {
    of({ weight }, batch) {
      const scratch = pool.get(batch);
      const first = 1 + 2 * weight.layer;
      return {
        input: scratch.outputs[first]!,
        output: scratch.outputs[first + 1]!,
        gradient: () => scratch.deltas(first),
      };
    },
    dispose: () => pool.dispose(),
  };
}
