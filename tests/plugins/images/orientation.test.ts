import { images, imagesOptions } from '../../../packages/plugins/src/datasets/images.js';
import {
  orientationOf,
  turned,
  type Orientation,
} from '../../../packages/plugins/src/datasets/images/orientation.js';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { pictureFolder, write } from '../../support/pictures.js';

type Side = 'top' | 'bottom' | 'left' | 'right';

/** Where the first stored row and the first stored column appear: the table of the Exif standard. */
const SEEN: Readonly<Record<Orientation, readonly [firstRow: Side, firstColumn: Side]>> = {
  1: ['top', 'left'],
  2: ['top', 'right'],
  3: ['bottom', 'right'],
  4: ['bottom', 'left'],
  5: ['left', 'top'],
  6: ['right', 'top'],
  7: ['right', 'bottom'],
  8: ['left', 'bottom'],
};
const ALL = Object.keys(SEEN).map(Number) as Orientation[];

/** The content of an APP1 segment with the orientation, in either byte order. */
function exif(value: number, little: boolean, before = 1): Uint8Array {
  const tiff = new DataView(new ArrayBuffer(8 + 2 + 12 * (before + 1) + 4));
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, little);
  tiff.setUint32(4, 8, little);
  tiff.setUint16(8, before + 1, little);
  for (let i = 0; i < before; i++) tiff.setUint16(10 + 12 * i, 0x010f, little);
  const at = 10 + 12 * before;
  tiff.setUint16(at, 0x0112, little);
  tiff.setUint16(at + 2, 3, little);
  tiff.setUint32(at + 4, 1, little);
  tiff.setUint16(at + 8, value, little);
  return Uint8Array.from([0x45, 0x78, 0x69, 0x66, 0, 0, ...new Uint8Array(tiff.buffer)]);
}

describe('Exif data', () => {
  it.each(ALL)('give the orientation %i, in both byte orders', (value) => {
    for (const little of [true, false]) expect(orientationOf(exif(value, little))).toBe(value);
  });

  it('without a valid orientation mean upright', () => {
    for (const value of [0, 9, 600]) expect(orientationOf(exif(value, true))).toBe(1);
    for (let length = 0; length < 30; length++)
      expect(orientationOf(exif(6, true).subarray(0, length))).toBe(1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        const segment = Uint8Array.from([...exif(6, true).subarray(0, 14), ...noise]);
        expect(ALL).toContain(orientationOf(segment));
      }),
    );
  });
});

describe('a picture', () => {
  it.each(ALL)('of orientation %i is turned as the standard says', (orientation) => {
    const [width, height] = [3, 2];
    const pixels = Uint8Array.from({ length: 3 * 6 }, (_, i) => 10 * i);
    const seen = turned({ width, height, channels: 3, pixels }, orientation);
    expect([seen.width, seen.height]).toEqual(orientation < 5 ? [3, 2] : [2, 3]);
    const along = (side: Side, index: number): { x?: number; y?: number } => {
      if (side === 'top') return { y: index };
      if (side === 'bottom') return { y: seen.height - 1 - index };
      return { x: side === 'left' ? index : seen.width - 1 - index };
    };
    const [firstRow, firstColumn] = SEEN[orientation];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const { x, y } = { ...along(firstRow, row), ...along(firstColumn, column) };
        const at = (y! * seen.width + x!) * 3;
        const from = (row * width + column) * 3;
        expect([...seen.pixels.subarray(at, at + 3)]).toEqual([...pixels.subarray(from, from + 3)]);
      }
    }
  });

  it('of a camera in portrait position is read upright', async () => {
    // The stored image is 16 wide and 8 high, and black on the left.
    const data = Uint8Array.from({ length: 4 * 16 * 8 }, (_, i) =>
      i % 4 === 3 ? 255 : i % 64 < 32 ? 0 : 255,
    );
    const plain = jpeg.encode({ width: 16, height: 8, data }, 100).data;
    const segment = exif(6, false);
    const marker = [0xff, 0xe1, 0, segment.length + 2];
    const turnedFile = Uint8Array.from([
      ...plain.subarray(0, 2),
      ...marker,
      ...segment,
      ...plain.subarray(2),
    ]);
    const dir = write(pictureFolder(), { 'a/1.jpg': turnedFile, 'b/2.jpg': turnedFile });
    const { inputShape, train } = await images.load(imagesOptions.parse({}), { dataDir: dir });
    expect(inputShape).toEqual([16, 8, 3]);
    // The black part is now at the top.
    const rows = Array.from({ length: 16 }, (_, y) => train.features[y * 8 * 3 + 12]! > 127);
    expect(rows).toEqual(Array.from({ length: 16 }, (_, y) => y >= 8));
  });
});
