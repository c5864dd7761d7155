import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { startTfjs, wasmOps, type Ops } from '@bbb/kernels';
import * as images from '../../packages/kernels/src/wasm/images.js';
import { loadKernels, type TfjsKernels } from '../../packages/kernels/src/wasm/instance.js';
import { convolutions, sizeOf } from './images.js';
import { imageFingerprint } from './fingerprint.js';
import { keys, numbers, part } from './twins.js';

let ops: Ops;
let kernels: TfjsKernels;
beforeAll(async () => {
  await startTfjs();
  ops = await wasmOps();
  kernels = await loadKernels('strict');
});

const GUARD = 64;

/** A separate memory region for an operand, with NaN before and after it. */
function guarded(slot: string, length: number, values?: Float32Array) {
  const start = kernels.scratch(slot, 4 * 1_000_000);
  kernels.f32(start, length + 2 * GUARD).fill(NaN);
  const at = start + 4 * GUARD;
  if (values) kernels.f32(at, length).set(values);
  return {
    at,
    values: () => kernels.f32(at, length).slice(),
    intact: () =>
      [kernels.f32(start, GUARD), kernels.f32(at + 4 * length, GUARD)].every((guard) =>
        guard.every(Number.isNaN),
      ),
  };
}

test('nothing after the end of an operand is written or enters a result, for any earlier content of the results', () => {
  fc.assert(
    fc.property(convolutions, fc.integer({ min: 1, max: 3 }), keys, (geometry, batch, key) => {
      const { input, output, filter } = geometry;
      const [size, sizeOut] = [batch * sizeOf(input), batch * sizeOf(output)];
      const x = guarded('test x', size, numbers(part(key, 1), size));
      const w = guarded('test w', sizeOf(filter), numbers(part(key, 2), sizeOf(filter)));
      const bias = guarded('test bias', filter[3], numbers(part(key, 3), filter[3]));
      // Half of the values are zero, so some products skip zeros.
      const given = guarded(
        'test given',
        sizeOut,
        numbers(part(key, 4), sizeOut, (z) => Math.max(0, z)),
      );
      const out = guarded('test out', sizeOut);
      const dx = guarded('test dx', size);
      const dW = guarded('test dW', sizeOf(filter));
      const dBias = guarded('test dBias', filter[3]);
      const operands = { batch, geometry, x: x.at, w: w.at, out: out.at };
      images.convolve(kernels, operands, bias.at, false);
      images.convolveBackward(kernels, { ...operands, x: dx.at, out: given.at });
      images.convolveGradients(kernels, { ...operands, w: dW.at, out: given.at }, dBias.at);
      const all = [x, w, bias, given, out, dx, dW, dBias];
      for (const { values, intact } of all)
        expect([values().every(Number.isFinite), intact()]).toEqual([true, true]);

      const pool = { ...geometry, output: [output[0], output[1], input[2]] } as const;
      const sizePool = batch * sizeOf(pool.output);
      const [pooled, gradient] = [guarded('test out', sizePool), guarded('test dx', size)];
      const pooling = { batch, geometry: pool, x: x.at, out: pooled.at };
      for (const forward of [images.maxPool, images.averagePool]) {
        forward(kernels, pooling);
        images.maxPoolBackward(kernels, pooling, gradient.at);
        images.averagePoolBackward(kernels, { ...pooling, x: gradient.at });
        for (const { values, intact } of [x, pooled, gradient])
          expect([values().every(Number.isFinite), intact()]).toEqual([true, true]);
      }
    }),
    { numRuns: 60, seed: 9 },
  );
});

test('the gradient of the filters has the same bits with and without skipping zeros', () => {
  fc.assert(
    fc.property(convolutions, keys, (geometry, key) => {
      const { input, output, filter } = geometry;
      const [each, eachOut] = [sizeOf(input), sizeOf(output)];
      const gradient = (batch: number): Float32Array | Float64Array => {
        const [x, dOut, dW] = [
          ops.alloc([batch, ...input]),
          ops.alloc([batch, ...output]),
          ops.alloc(filter),
        ];
        // Only the first image has values. The others add nothing to the result, but their gradients are not zero.
        const values = new Float32Array(batch * each);
        values.set(numbers(part(key, 1), each));
        ops.write(x, values);
        ops.write(
          dOut,
          numbers(part(key, 2), batch * eachOut).map((z, i) => (i < eachOut && i % 8 ? 0 : z)),
        );
        ops.convolveGradients(dW, undefined, x, dOut, geometry);
        const result = ops.read(dW);
        for (const operand of [x, dOut, dW]) ops.free(operand);
        return result;
      };
      expect(gradient(1)).toEqual(gradient(9));
    }),
    { numRuns: 40, seed: 9 },
  );
});

test('the bits of convolutions, pools, activations and estimators are the same on every machine', () => {
  // If the kernels' arithmetic changes, change this and say so in CHANGELOG.md: results of other versions then differ.
  expect(imageFingerprint(ops)).toBe('d8b705553e9bd5273973d7c7763dfbd017e395b3ffdfce5d18a4ce582a377b53');
});
