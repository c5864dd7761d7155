import {
  convGeometry,
  poolGeometry,
  referenceOps,
  startTfjs,
  wasmOps,
  type Operand,
  type Ops,
} from '@bbb/kernels';
import { beforeAll, expect, test } from 'vitest';

let ops: Ops;
beforeAll(async () => {
  await startTfjs();
  ops = await wasmOps();
});

/** Normal numbers, a fraction of which is replaced by 0. */
function thinned(on: Ops, shape: readonly number[], key: number, kept: number): Operand {
  const x = ops.alloc(shape);
  ops.standardNormal(x, [key, 5]);
  const values = Float32Array.from(ops.read(x), (z, i) => ((i * 7919) % 100 < 100 * kept ? z : 0));
  ops.free(x);
  const out = on.alloc(shape);
  on.write(out, values);
  return out;
}

test.each([
  ['windows of whole panels of 20', [9, 8, 20], 30],
  ['panels of 20 that are not full', [7, 7, 23], 18],
  ['few channels, several of a kind in a panel', [9, 9, 4], 20],
] as const)('gradients that skip zeros, %s', (_name, input, filters) => {
  const geometry = convGeometry({ input, filters, window: 5 });
  const gradients = (on: Ops): number[][] => {
    const [x, w] = [thinned(on, [3, ...input], 1, 1), thinned(on, geometry.filter, 2, 1)];
    const dOut = thinned(on, [3, ...geometry.output], 3, 0.2);
    const [dx, dW, dBias] = [on.alloc(x.shape), on.alloc(w.shape), on.alloc([filters])];
    on.convolveBackward(dx, dOut, w, geometry);
    on.convolveGradients(dW, dBias, x, dOut, geometry);
    return [dx, dW, dBias].map((operand) => [...on.read(operand)]);
  };
  const expected = gradients(referenceOps()).flat();
  gradients(ops)
    .flat()
    .forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4));
});

test('a ReLU before or after a max-pool gives the same bits, forward and backward', () => {
  const input = [9, 8, 5] as const;
  for (const padding of ['valid', 'same'] as const) {
    const geometry = poolGeometry({ input, window: 3, stride: 2, padding });
    const x = thinned(ops, [4, ...input], 1, 0.7);
    const given = thinned(ops, [4, ...geometry.output], 2, 1);
    const make = (shape: readonly number[]): Operand => ops.alloc(shape);
    const [cut, out, dx] = [make(x.shape), make(given.shape), make(x.shape)];
    ops.relu(cut, x);
    ops.maxPool(out, cut, geometry);
    ops.maxPoolBackward(dx, given, cut, geometry);
    ops.reluBackward(dx, cut, 1);
    const [out2, dx2] = [make(given.shape), make(x.shape)];
    ops.maxPool(out2, x, geometry);
    ops.relu(out2, out2);
    ops.reluBackward(given, out2, 1);
    ops.maxPoolBackward(dx2, given, x, geometry);
    expect(ops.read(out2)).toEqual(ops.read(out));
    expect(ops.read(dx2)).toEqual(ops.read(dx));
  }
});
