import { deflateSync } from 'node:zlib';
import { BbbError } from '@bbb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../packages/plugins/src/datasets/images/decode.js';
import { chunk, greyJpeg, jpegOf, png, rawPng } from '../../support/pictures.js';

/** Decodes an image. If this fails, the error must have a code. */
async function survives(bytes: Uint8Array): Promise<void> {
  const outcome: unknown = await decodePicture(bytes, 'x.png', undefined).catch((error: unknown) => error);
  if (outcome instanceof Error) {
    expect(outcome).toBeInstanceOf(BbbError);
    expect((outcome as BbbError).code).toMatch(/^E_DATA_/);
    expect(outcome.message).toContain('x.png');
    return;
  }
  const { width, height, channels, pixels } = outcome as Awaited<ReturnType<typeof decodePicture>>;
  expect(pixels).toHaveLength(width * height * channels);
}

const values = Array.from({ length: 96 }, (_, i) => (i * 37) % 256);
const seeds: readonly Uint8Array[] = [
  png(values, { width: 8 }),
  png(values, { width: 8, channels: 3 }),
  png(values, { width: 8, channels: 4 }),
  rawPng({
    width: 9,
    height: 2,
    depth: 2,
    colour: 3,
    before: [chunk('PLTE', Buffer.from(values.slice(0, 12))), chunk('tRNS', Buffer.from([255]))],
    raw: Buffer.from([0, 27, 27, 0, 1, 27, 27, 0]),
  }),
  rawPng({ width: 2, height: 2, depth: 8, colour: 0, interlace: 1, raw: Buffer.from([0, 1, 0, 2, 0, 3, 4]) }),
  jpegOf([200, 100, 50], 24, 17),
  greyJpeg(77),
];

const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });

describe('decoders of pictures', () => {
  it('give pixels or a coded error for any bytes', async () => {
    const anything = fc.tuple(fc.constantFrom(...seeds), edits, fc.nat()).map(([seed, changes, cut]) => {
      const copy = Uint8Array.from(seed);
      for (const [at, value] of changes) copy[at % copy.length] = value;
      return cut % 3 === 0 ? copy.subarray(0, cut % copy.length) : copy;
    });
    await fc.assert(fc.asyncProperty(anything, survives), { numRuns: 1500 });
  });

  it('give pixels or a coded error also with correct checksums', async () => {
    const raw = fc.record({
      width: fc.integer({ min: 0, max: 20 }),
      height: fc.integer({ min: 0, max: 20 }),
      depth: fc.constantFrom(0, 1, 2, 3, 4, 8, 16),
      colour: fc.integer({ min: 0, max: 7 }),
      interlace: fc.integer({ min: 0, max: 2 }),
      raw: fc.uint8Array({ maxLength: 500 }),
      before: fc.array(
        fc
          .tuple(
            fc.constantFrom('PLTE', 'tRNS', 'iCCP', 'tEXt', 'acTL', 'IHDR'),
            fc.uint8Array({ maxLength: 30 }),
          )
          .map(([type, data]) => chunk(type, data)),
        { maxLength: 3 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(raw, (parts) => survives(rawPng(parts))),
      { numRuns: 1000 },
    );
  });

  it('inflate no more than the size in the header', async () => {
    const bomb = deflateSync(new Uint8Array(200_000_000));
    const profile = chunk('iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), bomb]));
    const before = process.memoryUsage().rss;
    const raw = Buffer.from([0, 1, 2]);
    const pixels = rawPng({ width: 2, height: 1, depth: 8, colour: 0, raw, before: [profile] });
    expect((await decodePicture(pixels, 'x.png', undefined)).pixels).toEqual(Uint8Array.of(1, 2));
    const head = pixels.subarray(0, 33);
    const end = chunk('IEND', new Uint8Array(0));
    await expect(
      decodePicture(Buffer.concat([head, chunk('IDAT', bomb), end]), 'x.png', undefined),
    ).rejects.toMatchObject({ code: 'E_DATA_PICTURE' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});
