import type { Histogram } from '@bbb/core';
import { tensorboardFiles } from '@bbb/report';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../packages/report/src/tensorboard/crc32c.js';
import { encodeEvents } from '../../packages/report/src/tensorboard/events.js';
import { fixtureSweep } from './support/fixture.js';

// From tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto, the fields that TensorBoard reads.
const EVENT = protobuf
  .parse(
    `syntax = "proto3";
     message HistogramProto { double min = 1; double max = 2; double num = 3; double sum = 4; double sum_squares = 5;
       repeated double bucket_limit = 6 [packed = true]; repeated double bucket = 7 [packed = true]; }
     message Summary { message Value { string tag = 1; oneof value { float simple_value = 2; HistogramProto histo = 5; } }
       repeated Value value = 1; }
     message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }`,
    { keepCase: true },
  )
  .root.lookupType('Event');

interface Decoded {
  wall_time: number;
  step?: number;
  file_version?: string;
  summary?: {
    value: {
      tag: string;
      simple_value?: number;
      histo?: Record<string, number> & { bucket: number[]; bucket_limit: number[] };
    }[];
  };
}

/** A reader of TFRecord files that checks both checksums of every record, bit by bit. */
function read(bytes: Uint8Array): Decoded[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: Decoded[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 8, true) !== slowMasked(bytes.subarray(at, at + 8)))
      throw new Error('length checksum');
    if (view.getUint32(at + 12 + length, true) !== slowMasked(data)) throw new Error('data checksum');
    events.push(EVENT.toObject(EVENT.decode(data), { longs: Number }) as Decoded);
    at += 16 + length;
  }
  return events;
}

/** CRC-32C by polynomial division, one bit at a time in BigInt: nothing in common with the table. */
function slowMasked(bytes: Uint8Array): number {
  let register = 0xffffffffn;
  for (const byte of bytes) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++)
      register = register & 1n ? (register >> 1n) ^ 0x82f63b78n : register >> 1n;
  }
  const crc = register ^ 0xffffffffn;
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

describe('CRC-32C', () => {
  it('gives the vectors of RFC 3720, B.4, and the usual check value', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c);
  });

  it('masks as TFRecord does', () => {
    for (const text of ['', 'a', 'tensorboard']) {
      const bytes = new TextEncoder().encode(text);
      expect(maskedCrc32c(bytes)).toBe(slowMasked(bytes));
    }
  });
});

describe('event files', () => {
  it('are read back by another decoder', () => {
    const histogram: Histogram = { low: -1, high: 1, counts: [1, 2, 3, 4], below: 5, above: 6 };
    const [version, scalar, histo] = read(
      encodeEvents([
        { wallTime: 1.5, step: 300, tag: 'train/nll', value: 0.25 },
        { wallTime: 2.5, step: 70_000_000_000, tag: 'weights/µ', value: histogram },
      ]),
    );
    expect(version).toEqual({ wall_time: 1.5, file_version: 'brain.Event:2' });
    expect(scalar).toEqual({
      wall_time: 1.5,
      step: 300,
      summary: { value: [{ tag: 'train/nll', simple_value: 0.25 }] },
    });
    expect(histo!.step).toBe(70_000_000_000);
    const { tag, histo: found } = histo!.summary!.value[0]!;
    expect(tag).toBe('weights/µ');
    expect(found).toEqual({
      min: -1,
      max: 1,
      num: 21,
      sum: 5 * -1 + 1 * -0.75 + 2 * -0.25 + 3 * 0.25 + 4 * 0.75 + 6,
      sum_squares: 5 + 0.5625 + 2 * 0.0625 + 3 * 0.0625 + 4 * 0.5625 + 6,
      bucket_limit: [-1, -0.5, 0, 0.5, 1, Number.MAX_VALUE],
      bucket: [5, 1, 2, 3, 4, 6],
    });
  });

  it('hold every trial in a run of its own, with the numbers of its epochs', () => {
    const data = fixtureSweep({ labels: ['sgd', 'bbb-mixture'], seeds: [0, 1] });
    const files = tensorboardFiles(data);
    expect(new Set(files.map(({ path }) => path)).size).toBe(4);
    for (const [i, { path, bytes }] of files.entries()) {
      expect(path).toMatch(/^[A-Za-z0-9.=_-]+\/events\.out\.tfevents\.[\w.]+$/);
      const errors = read(bytes).flatMap(({ step, summary }) =>
        (summary?.value ?? [])
          .filter(({ tag }) => tag === 'validation/error')
          .map(({ simple_value }) => [step, simple_value]),
      );
      const expected = data.results[i]!.epochs.map(({ epoch, validationError }) => [
        epoch,
        Math.fround(validationError!),
      ]);
      expect(errors).toEqual(expected);
    }
  });

  it('notices one flipped bit', () => {
    const bytes = encodeEvents([{ wallTime: 0, step: 1, tag: 'a', value: 1 }]);
    for (const at of [3, 9, 20, bytes.length - 1]) {
      const flipped = bytes.slice();
      flipped[at]! ^= 4;
      expect(() => read(flipped)).toThrow(/checksum|Offset|bounds|Invalid/);
    }
  });
});
