import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions, type Histogram, type SweepEvent } from '@bbb/core';
import { tensorboard, tensorboardFiles } from '@bbb/report';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../packages/report/src/tensorboard/crc32c.js';
import { encodeEvents } from '../../packages/report/src/tensorboard/events.js';
import { fixtureSweep } from '../support/made-up/sweep.js';
import { temporaryFolder } from '../support/folders.js';

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

/** CRC-32C by polynomial division, one bit at a time in BigInt. It shares nothing with the table in the package. */
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

describe('the reporter', () => {
  const data = fixtureSweep({ labels: ['sgd'], seeds: [0] });
  const result = data.results[0]!;
  const { id, label, variant, seed } = data.plan[0]!;
  const trial = { id, label, variant, seed };

  /** A reporter on a new folder, and a function that reads its files: steps by tag. */
  function started() {
    const dir = temporaryFolder();
    const options = parseOptions('reporter', tensorboard.options, {});
    const open = () => tensorboard.create(options, { dir, cwd: dir, trials: data.plan });
    const files = (): string[] =>
      (readdirSync(dir, { recursive: true }) as string[]).filter((name) => name.includes('tfevents'));
    const stepsOf = (tag: string): number[] =>
      files().flatMap((name) =>
        read(readFileSync(join(dir, name))).flatMap(({ step = 0, summary }) =>
          (summary?.value ?? []).filter((value) => value.tag === tag).map(() => step),
        ),
      );
    return { open, files, stepsOf };
  }

  const begun = (attempt: number, epochs: number): SweepEvent => ({
    type: 'trial-start',
    ...trial,
    epochs: result.epochs.length,
    attempt,
    resumedEpochs: result.epochs.slice(0, epochs),
  });

  it('writes each epoch to the file at once, and the result at the end', async () => {
    const { open, files, stepsOf } = started();
    const reporter = await open();
    await reporter.onEvent(begun(1, 0));
    for (const [i, metrics] of result.epochs.entries()) {
      await reporter.onEvent({ type: 'epoch', id, metrics });
      expect(stepsOf('train/nll')).toEqual(result.epochs.slice(0, i + 1).map(({ epoch }) => epoch));
    }
    expect(stepsOf('weights/mean')).toEqual([]);
    const counts = {
      total: 1,
      done: 1,
      kept: 0,
      stoppedEarly: 0,
      failed: 0,
      diverged: 0,
      running: 0,
      waiting: 0,
    };
    await reporter.onEvent({ type: 'trial-done', ...trial, seconds: 1, result, counts });
    expect(stepsOf('weights/mean').length).toBeGreaterThan(0);
    expect(files()).toEqual([
      expect.stringMatching(/^tensorboard.sgd_seed-0_[0-9a-f]{16}.events\.out\.tfevents\.0000000001\.bbb$/),
    ]);
    await reporter.close?.();
  });

  it('writes no epoch twice after an attempt that was killed', async () => {
    const { open, files, stepsOf } = started();
    const first = await open();
    await first.onEvent(begun(1, 0));
    for (const metrics of result.epochs.slice(0, 3)) await first.onEvent({ type: 'epoch', id, metrics });
    // The reporter stops without being closed. The checkpoint is from the second epoch.
    const second = await open();
    await second.onEvent(begun(2, 2));
    for (const metrics of result.epochs.slice(2)) await second.onEvent({ type: 'epoch', id, metrics });
    await second.close?.();
    await first.close?.();
    expect(stepsOf('train/nll')).toEqual(result.epochs.map(({ epoch }) => epoch));
    expect(files()).toHaveLength(1);
  });
});
