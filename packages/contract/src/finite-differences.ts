import assert from 'node:assert/strict';
import type { Batch, Trainer, TrainingState } from '@bbb/core';
import type { Key, Ops } from '@bbb/kernels';
import { readAll } from './toy.js';

const H = 1e-5;

/**
 * Compares what one step of plain SGD at rate 1 subtracts with central differences of `cost`, for every parameter, with
 * the same noise. The state is stepped once. Needs float64 ops.
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
  const numeric = Object.fromEntries(
    Object.entries(state.params).map(([name, tensor]) => {
      const values = Float64Array.from(ops.read(tensor));
      const gradient = values.map((value, i) => {
        const at = (x: number): number => {
          values[i] = x;
          ops.write(tensor, values);
          return cost();
        };
        const slope = (at(value + H) - at(value - H)) / (2 * H);
        at(value);
        return slope;
      });
      return [name, gradient];
    }),
  );
  trainer.step(state, batch, { learningRate: 1, key });
  const after = readAll(ops, state.params);
  let largest = 0;
  for (const [name, expected] of Object.entries(numeric)) {
    expected.forEach((slope, i) => {
      const stepped = before[name]![i]! - after[name]![i]!;
      const error = Math.abs(stepped - slope);
      largest = Math.max(largest, Math.abs(slope));
      assert.ok(error <= tolerance * (1 + Math.abs(slope)), `${name}[${i}]: step ${stepped}, slope ${slope}`);
    });
  }
  assert.ok(largest > 0.01, 'some parameter has a slope to speak of');
}
