import { DataError } from './errors.js';
import type { ArrayOf, ElementType } from './elements.js';

/** Images as bytes, [count, rows, cols]. */
export interface Images {
  readonly count: number;
  readonly rows: number;
  readonly cols: number;
  readonly pixels: Uint8Array;
  /** How the file was converted, for the user: each text follows the name of the file. */
  readonly notes: readonly string[];
}

/**
 * The images of an array of any element type, in 2 to 4 dimensions. Bytes are used as they are. Other
 * types are accepted if no pixel changes its value: whole numbers from 0 to 255, or fractions of 255 from 0 to 1.
 *
 * @throws DataError `E_DATA_SHAPE` for a shape that images can't have, `E_DATA_PIXEL` with the position of the first bad pixel
 */
export function imagesOf(array: ArrayOf<ElementType>, source: string): Images {
  const { rows, cols, notes } = sizeOf(array.shape, source);
  const { pixels, scaled } = bytesOf(array, [rows, cols], source);
  return {
    count: array.shape[0]!,
    rows,
    cols,
    pixels,
    notes: scaled ? [...notes, 'fractions from 0 to 1: they became 0 to 255.'] : notes,
  };
}

type Size = Pick<Images, 'rows' | 'cols' | 'notes'>;

function sizeOf(shape: readonly number[], source: string): Size {
  const [, first, second, third] = shape;
  if (shape.includes(0)) throw badShape(shape, source, MISNAMED);
  switch (shape.length) {
    case 2:
      return flat(first!);
    case 3:
      return { rows: first!, cols: second!, notes: [] };
    case 4:
      if (third === 1) return { rows: first!, cols: second!, notes: [] };
      if (first === 1) return { rows: second!, cols: third!, notes: [] };
      throw badShape(shape, source, COLOUR);
    default:
      throw badShape(shape, source, MISNAMED);
  }
}

/** The shape of flattened images: square if possible. */
function flat(pixels: number): Size {
  const side = Math.round(Math.sqrt(pixels));
  const [rows, cols] = side * side === pixels ? [side, side] : [1, pixels];
  return { rows, cols, notes: [`rows of ${pixels} pixels: read as images of ${rows} x ${cols}.`] };
}

const MISNAMED = 'Check that it is not a label file with the name of an image file.';
const COLOUR =
  'Images of several channels (colour) are not read: make them grey, [count, rows, cols] or [count, rows, cols, 1].';

function badShape(shape: readonly number[], source: string, hint: string): DataError {
  return new DataError(
    'E_DATA_SHAPE',
    `${source} has shape [${shape.join(', ')}]; images are [count, rows, cols], none of them 0.`,
    { hint },
  );
}

function bytesOf(
  { data, type }: ArrayOf<ElementType>,
  size: readonly [rows: number, cols: number],
  source: string,
): { pixels: Uint8Array; scaled: boolean } {
  if (data instanceof Uint8Array) return { pixels: data, scaled: false };
  const scale = type.startsWith('float') && data.every((value) => value >= 0 && value <= 1) ? 255 : 1;
  const pixels = new Uint8Array(new SharedArrayBuffer(data.length));
  for (let i = 0; i < data.length; i++) {
    const value = data[i]! * scale;
    const whole = Math.round(value);
    // Fractions were rounded to float32, so they are multiples of 1/255 only approximately.
    const near = Math.abs(value - whole) <= (scale === 1 ? 0 : 1e-3);
    if (!near || whole < 0 || whole > 255) throw badPixel(data[i]!, i, size, source);
    pixels[i] = whole;
  }
  return { pixels, scaled: scale !== 1 };
}

function badPixel(
  value: number,
  index: number,
  [rows, cols]: readonly [rows: number, cols: number],
  source: string,
): DataError {
  const image = Math.floor(index / (rows * cols));
  const row = Math.floor((index % (rows * cols)) / cols);
  return new DataError(
    'E_DATA_PIXEL',
    `${source} has the pixel ${value} in image ${image}, row ${row}, column ${index % cols} (counted from 0); pixels are whole numbers from 0 to 255, or multiples of 1/255 from 0 to 1.`,
    {
      hint: 'Images that were standardised or shifted have to be scaled back: write pixels as unsigned bytes (type 08).',
    },
  );
}
