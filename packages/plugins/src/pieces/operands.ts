import { fold, sizeOf, type Shape, type WeightSpec } from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';

/** Operands by weight name: a network's weights, one draw of them, or their gradients. */
export type Operands = Readonly<Record<string, Operand>>;

/**
 * One operand with zeros for each weight tensor, or for anything else with a name and a shape.
 *
 * @param ops where memory is taken
 * @param specs names and shapes
 * @returns by name; the caller frees them with {@link freeAll}
 */
export function allocWeights(ops: Ops, specs: readonly Pick<WeightSpec, 'name' | 'shape'>[]): Operands {
  return Object.fromEntries(specs.map(({ name, shape }) => [name, ops.alloc(shape)]));
}

/** A new operand with this value everywhere. */
export function filled(ops: Ops, shape: Shape, value: number): Operand {
  const x = ops.alloc(shape);
  ops.write(x, new Float64Array(sizeOf(shape)).fill(value));
  return x;
}

/**
 * Gives the memory of all of these back. They must not be used afterwards.
 *
 * @param ops those that they were allocated with
 * @param operands by any name
 */
export function freeAll(ops: Ops, operands: Operands): void {
  for (const operand of Object.values(operands)) ops.free(operand);
}

/**
 * The key for the noise of one weight tensor.
 *
 * @param key of the step or the draw
 * @param name of the weight tensor, e.g. `layers.0.weight`
 */
export function weightKey(key: Key, name: string): Key {
  return fold(key, 'weight', name);
}

/** float32 copies, for ops of any precision. */
export function readFloat32(ops: Ops, x: Operand): Float32Array {
  const values = ops.read(x);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
