import { fold, sizeOf, type Shape, type WeightSpec } from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';

/** Operands by weight name: a network's weights, one draw of them, or their gradients. */
export type Operands = Readonly<Record<string, Operand>>;

/** One operand with zeros for each weight tensor, or for anything else with a name and a shape. */
export function allocWeights(ops: Ops, specs: readonly Pick<WeightSpec, 'name' | 'shape'>[]): Operands {
  return Object.fromEntries(specs.map(({ name, shape }) => [name, ops.alloc(shape)]));
}

/** A new operand with this value everywhere. */
export function filled(ops: Ops, shape: Shape, value: number): Operand {
  const x = ops.alloc(shape);
  ops.write(x, new Float64Array(sizeOf(shape)).fill(value));
  return x;
}

export function freeAll(ops: Ops, operands: Operands): void {
  for (const operand of Object.values(operands)) ops.free(operand);
}

/** The key for the noise of one weight tensor. */
export function weightKey(key: Key, name: string): Key {
  return fold(key, 'weight', name);
}

/** float32 copies, whatever the precision of the ops. */
export function readFloat32(ops: Ops, x: Operand): Float32Array {
  const values = ops.read(x);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
