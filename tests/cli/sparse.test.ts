import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeSafetensors, encodeSafetensors, type KeepMasks, type SafeTensor } from '@bbb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSparse, packSparse, unpackSparse } from '../../packages/cli/src/network/sparse.js';

const SHAPE = [7, 5];
const SIZE = 35;

/** A dense checkpoint of one weight as Bayes by Backprop stores it, pruned by the mask, with an unpruned bias. */
function pruned(mask: readonly boolean[], values: readonly number[]): { bytes: Uint8Array; keep: KeepMasks } {
  const kept = Float32Array.from(values);
  const tensor = (data: Float32Array<ArrayBuffer>, shape: readonly number[]): SafeTensor => ({
    dtype: 'F32',
    shape,
    data,
  });
  const bytes = encodeSafetensors(
    {
      'params.w.mu': tensor(
        kept.map((value, i) => (mask[i] ? value : 0)),
        SHAPE,
      ),
      'params.w.rho': tensor(
        kept.map((value, i) => (mask[i] ? -value : -Infinity)),
        SHAPE,
      ),
      'params.b': tensor(new Float32Array([0, -0, 1]), [3]),
    },
    { format: 'bbb-checkpoint/1', trial: '{}' },
  );
  return { bytes, keep: { w: Uint8Array.from(mask, Number) } };
}

/** A Gaussian weight, and a bias that is not pruned. */
const PARAMS = [{ name: 'w.mu', weight: 'w' }, { name: 'w.rho', weight: 'w' }, { name: 'b' }];

const masks = fc.array(fc.boolean(), { minLength: SIZE, maxLength: SIZE });
const weights = fc.array(fc.float({ noNaN: true }), { minLength: SIZE, maxLength: SIZE });

describe('a sparse checkpoint', () => {
  it('gives the dense one back, with the same bits, for any mask', () => {
    fc.assert(
      fc.property(masks, weights, (mask, values) => {
        const { bytes, keep } = pruned(mask, values);
        const packed = packSparse(bytes, keep, PARAMS);
        expect(isSparse(packed)).toBe(true);
        expect(Buffer.from(unpackSparse(packed)).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('stores a bit for each weight and four bytes for each kept one', () => {
    const mask = Array.from({ length: SIZE }, (_, i) => i % 7 === 0);
    const { bytes, keep } = pruned(
      mask,
      Array.from({ length: SIZE }, (_, i) => i + 1),
    );
    const { tensors } = decodeSafetensors(gunzipSync(packSparse(bytes, keep, PARAMS)));
    expect(tensors['keep.w']!.data).toHaveLength(Math.ceil(SIZE / 8));
    expect(Array.from(tensors['kept.params.w.mu']!.data)).toEqual([1, 8, 15, 22, 29]);
    expect(tensors['params.b']!.data).toHaveLength(3);
  });

  it('is refused with a code if anything in it was changed', () => {
    const mask = Array.from({ length: SIZE }, (_, i) => i % 2 === 0);
    const { bytes, keep } = pruned(
      mask,
      Array.from({ length: SIZE }, (_, i) => i),
    );
    const inner = gunzipSync(packSparse(bytes, keep, PARAMS));
    fc.assert(
      fc.property(
        fc.nat(inner.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (at, change, cut) => {
          const changed = Uint8Array.from(cut ? inner.subarray(0, at) : inner);
          if (!cut) changed[at]! ^= change;
          try {
            unpackSparse(gzipSync(changed));
          } catch (error) {
            expect((error as { code?: string }).code).toMatch(/^E_/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
