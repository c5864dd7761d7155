import { CheckpointError, decodeCheckpoint, decodeSafetensors, encodeSafetensors } from '@bbb/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeOf, json, names, nested, place, replaced } from '../support/evil.js';
import { TRIAL } from '../support/sweeps/planned.js';

/** A file with any header text, and correct lengths. */
function framed(header: unknown, data: number): Uint8Array {
  const text = Buffer.from(JSON.stringify(header) ?? '');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(data)]);
}

const size = fc.constantFrom(0, 1, 2, 4, 8, -1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, '4', null);
const tensor = fc.record(
  {
    dtype: fc.constantFrom('F32', 'F64', 'U8', 'I64', 'BOOL', 'f32', '__proto__', 7),
    shape: fc.oneof(fc.array(size, { maxLength: 3 }), json),
    data_offsets: fc.oneof(fc.tuple(size, size), json),
  },
  { requiredKeys: [] },
);

it('safetensors of any header give tensors that fit the file, or a coded error', () => {
  let read = 0;
  const before = process.memoryUsage().arrayBuffers;
  fc.assert(
    fc.property(fc.dictionary(names, fc.oneof(tensor, json), { maxKeys: 3 }), fc.nat(16), (header, data) => {
      const bytes = framed(header, data);
      const code = codeOf(() => {
        const { tensors } = decodeSafetensors(bytes);
        read++;
        const total = Object.values(tensors).reduce((sum, { data: { byteLength } }) => sum + byteLength, 0);
        expect(total).toBeLessThanOrEqual(data);
      });
      expect([undefined, 'E_CHECKPOINT_DAMAGED']).toContain(code);
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(0);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
});

const METADATA = { format: 'bbb-checkpoint/1', epoch: '1', step: '3' };
const withTrial = (trial: unknown, rest: object = {}): Uint8Array =>
  encodeSafetensors({}, { ...METADATA, trial: JSON.stringify(trial) ?? '', ...rest });

it('checkpoints with any trial give that trial, or a coded error', () => {
  expect(decodeCheckpoint(withTrial(TRIAL))).toMatchObject({ trial: TRIAL, epoch: 1, step: 3 });
  fc.assert(
    fc.property(place, names, json, (at, name, by) => {
      const code = codeOf(() => decodeCheckpoint(withTrial(replaced(TRIAL, at, name, by))));
      expect([undefined, 'E_CHECKPOINT_DAMAGED']).toContain(code);
    }),
    { numRuns: 500 },
  );
});

it.each<[string, Uint8Array]>([
  ['no trial', encodeSafetensors({}, METADATA)],
  ['half a trial', encodeSafetensors({}, { ...METADATA, trial: '{"method":' })],
  ['a trial that is null', withTrial(null)],
  ['a trial with 1000 nested lists', withTrial({ ...TRIAL, hidden: nested(1000) })],
  ['an epoch that is not a number', withTrial(TRIAL, { epoch: 'one' })],
  ['a step above the largest exact integer', withTrial(TRIAL, { step: '99999999999999999999' })],
])('a checkpoint with %s is refused as damaged', (_what, bytes) => {
  expect(() => decodeCheckpoint(bytes)).toThrow(CheckpointError);
});
