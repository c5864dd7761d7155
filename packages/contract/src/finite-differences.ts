import assert from 'node:assert/strict';
import { fold, uniform, type Batch, type Trainer, type TrainingState } from '@bbb/core';
import type { Key, Ops } from '@bbb/kernels';
import { readAll } from './toy.js';

const H = 1e-5;
/** Number of elements of a tensor that are checked one by one. */
const SINGLE = 12;

/**
 * One step of plain SGD at rate 1 subtracts the gradient. Compares it with central differences of `cost` for the same noise: for every
 * parameter along one random direction, and along some single elements. The state is stepped once. Needs float64 ops.
 */
export function finiteDifferences(
  ops: Ops,
  trainer: Trainer,
  state: TrainingState,
  batch: Batch,
  key: Key,
  tolerance = 1e-6,
): void {
  const scale = batch.batches / batch.examples;
  const cost = (): number => trainer.cost!(state.params, batch, key) * scale;
  const before = readAll(ops, state.params);
  const slopes = Object.entries(state.params).flatMap(([name, tensor]) => {
    const start = before[name]!;
    const at = (direction: readonly number[], h: number): number => {
      ops.write(
        tensor,
        start.map((value, i) => value + h * direction[i]!),
      );
      return cost();
    };
    const found = directionsOf(start.length, fold(key, name)).map(({ title, direction }) => ({
      name,
      title,
      direction,
      slope: (at(direction, H) - at(direction, -H)) / (2 * H),
    }));
    ops.write(tensor, start);
    return found;
  });
  trainer.step(state, batch, { learningRate: 1, key });
  const after = readAll(ops, state.params);
  for (const { name, title, direction, slope } of slopes) {
    const stepped = direction.reduce((sum, d, i) => sum + d * (before[name]![i]! - after[name]![i]!), 0);
    const error = Math.abs(stepped - slope);
    assert.ok(
      error <= tolerance * (1 + Math.abs(slope)),
      `The step must subtract the gradient of cost(). For ${name}${title} it subtracted ${stepped}, and finite differences give ${slope}`,
    );
  }
  assert.ok(
    slopes.some(({ slope }) => Math.abs(slope) > 0.01),
    'The gradient of cost() must be larger than 0.01 for some parameter, and it is smaller for all',
  );
}

/** Directions of length 1: one that moves all elements, each with a random sign, and some evenly spaced axes. */
function directionsOf(size: number, key: Key): { title: string; direction: number[] }[] {
  const all = Array.from(uniform(key, size, -1, 1), (u) => (u < 0 ? -1 : 1) / Math.sqrt(size));
  const axes = Array.from({ length: Math.min(SINGLE, size) }, (_, k) =>
    Math.floor((k * size) / Math.min(SINGLE, size)),
  );
  return [
    { title: ' along all its elements', direction: all },
    ...axes.map((axis) => ({ title: `[${axis}]`, direction: all.map((_, i) => (i === axis ? 1 : 0)) })),
  ];
}
