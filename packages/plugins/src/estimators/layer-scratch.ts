import { linearLayers, sizeOf, type Architecture, type LinearLayer } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';
import { scratchPool } from '../pieces/scratch.js';

/** What an estimator keeps of one layer between the forward and the backward pass. */
export interface LayerScratch {
  /** As large as the input of the layer. */
  readonly input: Operand;
  /** As large as the output of the layer. */
  readonly output: Operand;
  /** As large as the input of the layer, for the backward pass. Allocated at its first use. */
  readonly gradient: () => Operand;
}

/** By batch size and layer. */
export function layerScratch(
  ops: Ops,
  architecture: Architecture,
): { of(layer: LinearLayer, batch: number): LayerScratch; dispose(): void } {
  const layers = linearLayers(architecture);
  // Buffer 0 is not used. Each layer has two buffers.
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
