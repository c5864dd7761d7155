import { fold, uniform, type Architecture, type Batch, type Params } from '@bbb/core';
import type { Key, Ops } from '@bbb/kernels';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** A small network and a small problem that any method learns: the label is the largest of the first three inputs. */
export const ARCHITECTURE: Architecture = { inputs: 4, hidden: [16, 8], classes: 3 };

export interface Toy {
  readonly x: Float32Array;
  readonly labels: Uint8Array;
  readonly inputs: number;
}

export function toyData(key: Key, examples: number, inputs = ARCHITECTURE.inputs): Toy {
  const x = uniform(fold(key, 'toy'), examples * inputs, -1, 1);
  const labels = Uint8Array.from({ length: examples }, (_, r) => {
    const row = [...x.subarray(r * inputs, r * inputs + 3)];
    return row.indexOf(Math.max(...row));
  });
  return { x, labels, inputs };
}

/** An operand with rows [first, last) of the data. */
export function rowsOf(ops: Ops, { x, inputs }: Toy, first: number, last: number): Tensor2D {
  const operand = ops.alloc([last - first, inputs]);
  ops.write(operand, x.subarray(first * inputs, last * inputs));
  return operand as Tensor2D;
}

/** The epoch's batches; the last one may be smaller. Free them with {@link freeBatches}. */
export function batchesOf(ops: Ops, data: Toy, size: number): Batch[] {
  const examples = data.labels.length;
  const batches = Math.ceil(examples / size);
  return Array.from({ length: batches }, (_, index) => {
    const [first, last] = [index * size, Math.min((index + 1) * size, examples)];
    return {
      x: rowsOf(ops, data, first, last),
      labels: data.labels.slice(first, last),
      index,
      batches,
      examples,
    };
  });
}

export function freeBatches(ops: Ops, batches: readonly Batch[]): void {
  for (const { x } of batches) ops.free(x);
}

/** All numbers of a set of tensors, by name. */
export function readAll(ops: Ops, params: Params): Record<string, number[]> {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, [...ops.read(tensor)]]));
}
