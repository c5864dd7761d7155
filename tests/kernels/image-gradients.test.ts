import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { referenceOps, type Key, type Operand } from '@bbb/kernels';
import { convolutions, pools, sizeOf } from './images.js';
import { keys, part } from './twins.js';

const ops = referenceOps();

function random(shape: readonly number[], key: Key): Operand {
  const x = ops.alloc(shape);
  ops.standardNormal(x, key);
  return x;
}

function dot(a: Operand, b: Operand): number {
  const other = ops.read(b);
  return Array.from(ops.read(a)).reduce((sum, value, i) => sum + value * other[i]!, 0);
}

/** d f / d x[i] by central differences. */
function slope(f: () => number, x: Operand, i: number): number {
  const values = ops.read(x);
  const at = (value: number): number => {
    ops.write(x, values.with(i, value));
    return f();
  };
  const [h, middle] = [1e-4, values[i]!];
  const difference = (at(middle + h) - at(middle - h)) / (2 * h);
  ops.write(x, values);
  return difference;
}

const assert = <T>(arbitrary: fc.Arbitrary<T>, body: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, body), { numRuns: 40, seed: 5 });

describe('gradients of images in float64', () => {
  test('convolutions: <conv(x, w), y> = <x, conv`(y, w)> = <w, dW(x, y)>', () => {
    assert(fc.tuple(convolutions, keys), ([geometry, key]) => {
      const batch = 2;
      const x = random([batch, ...geometry.input], part(key, 1));
      const w = random(geometry.filter, part(key, 2));
      const y = random([batch, ...geometry.output], part(key, 3));
      const [out, dx, dW] = [y.shape, x.shape, w.shape].map((shape) => ops.alloc(shape));
      ops.convolve(out!, x, w, geometry);
      ops.convolveBackward(dx!, y, w, geometry);
      ops.convolveGradients(dW!, undefined, x, y, geometry);
      const product = dot(out!, y);
      expect(dot(x, dx!)).toBeCloseTo(product, 8);
      expect(dot(w, dW!)).toBeCloseTo(product, 8);
    });
  });

  test('convolutions and pools against finite differences', () => {
    assert(fc.tuple(convolutions, pools, keys), ([convolution, pool, key]) => {
      const x = random([1, ...convolution.input], part(key, 1));
      const w = random(convolution.filter, part(key, 2));
      const bias = random([convolution.filter[3]], part(key, 3));
      const y = random([1, ...convolution.output], part(key, 4));
      const out = ops.alloc(y.shape);
      const value = (): number => {
        ops.convolve(out, x, w, convolution, { bias });
        return dot(out, y);
      };
      const [dx, dW, dBias] = [x, w, bias].map(({ shape }) => ops.alloc(shape)) as [
        Operand,
        Operand,
        Operand,
      ];
      ops.convolveBackward(dx, y, w, convolution);
      ops.convolveGradients(dW, dBias, x, y, convolution);
      for (const [parameter, gradient] of [
        [x, dx],
        [w, dW],
        [bias, dBias],
      ] as const) {
        const i = (key[0] * 7) % sizeOf(parameter.shape);
        expect(ops.read(gradient)[i]).toBeCloseTo(slope(value, parameter, i), 5);
      }

      const image = random([1, ...pool.input], part(key, 5));
      const given = random([1, ...pool.output], part(key, 6));
      const [pooled, gradient] = [ops.alloc(given.shape), ops.alloc(image.shape)];
      const i = (key[1] * 7) % sizeOf(image.shape);
      const largest = (): number => {
        ops.maxPool(pooled, image, pool);
        return dot(pooled, given);
      };
      ops.maxPoolBackward(gradient, given, image, pool);
      expect(ops.read(gradient)[i]).toBeCloseTo(slope(largest, image, i), 5);
      const mean = (): number => {
        ops.averagePool(pooled, image, pool);
        return dot(pooled, given);
      };
      ops.averagePoolBackward(gradient, given, pool);
      expect(ops.read(gradient)[i]).toBeCloseTo(slope(mean, image, i), 5);
    });
  });
});
