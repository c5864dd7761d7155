import { expect, it } from 'vitest';
import type { Examples } from '@bbb/core';
import { remembering } from '../../packages/core/src/evaluation/remembering.js';

const preprocessing: Examples['preprocessing'] = { input: { kind: 'divide', divisor: 1 } };
const features = new Uint8Array(20);
const of = (rows: number[], from = features): Examples => ({
  features: from,
  targets: new Uint8Array(20),
  inputShape: [1],
  rows: Uint32Array.from(rows),
  preprocessing,
});

function asked() {
  const asks: number[][] = [];
  const outputs = remembering(({ rows }) => {
    asks.push([...rows]);
    return Float32Array.from(rows, (row) => row / 2);
  });
  return { asks, outputs };
}

it('takes the outputs of a part from those of the whole that were computed first', () => {
  const { asks, outputs } = asked();
  outputs(of([1, 3, 4, 8, 9]));
  expect([...outputs(of([3, 9]))]).toEqual([1.5, 4.5]);
  expect([...outputs(of([1, 3, 4, 8, 9]))]).toEqual([0.5, 1.5, 2, 4, 4.5]);
  expect(asks).toEqual([[1, 3, 4, 8, 9]]);
});

it('computes what it does not have: other rows, other data, another order', () => {
  const { asks, outputs } = asked();
  outputs(of([1, 3, 4]));
  const others = [of([2, 3]), of([3, 5]), of([4, 1]), of([1, 3], new Uint8Array(20))];
  for (const one of others) expect([...outputs(one)]).toEqual([...one.rows].map((row) => row / 2));
  expect(asks).toHaveLength(5);
});
