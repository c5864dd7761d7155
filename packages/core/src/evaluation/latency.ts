import type { Operand, Ops } from '@bbb/kernels';
import type { Network } from '../model/model.js';

/** Number of timed passes; the median counts. */
const PASSES = 7;

/** Milliseconds that a network takes for one example, and for a batch: the median of some passes, after a first one to warm up. */
export function latencyOf(
  ops: Ops,
  network: Network,
  inputs: number,
  batch: number,
): { readonly one: number; readonly batch: number } {
  return { one: timed(ops, network, inputs, 1), batch: timed(ops, network, inputs, batch) };
}

function timed(ops: Ops, network: Network, inputs: number, rows: number): number {
  const x: Operand = ops.alloc([rows, inputs]);
  try {
    // Zeros must not be used, because kernels would skip them.
    ops.write(x, new Float32Array(rows * inputs).fill(0.5));
    const times = Array.from({ length: PASSES + 1 }, () => {
      const began = performance.now();
      ops.free(network.outputs(x));
      return performance.now() - began;
    });
    return times.slice(1).toSorted((a, b) => a - b)[PASSES >> 1]!;
  } finally {
    ops.free(x);
  }
}
