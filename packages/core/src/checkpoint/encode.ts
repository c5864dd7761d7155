import { sizeOf } from '../network/shape.js';
import { DTYPES, type SafeTensor } from './dtype.js';
import { CheckpointError } from './error.js';

/**
 * Safetensors bytes (https://huggingface.co/docs/safetensors): 8 bytes of header length, a JSON header padded with
 * spaces to a multiple of 8, then the tensors in little-endian order without gaps. Tensors with the widest elements come first, and tensors
 * of the same width are sorted by name. So every tensor is aligned, and the bytes are a pure function of the contents.
 *
 * @param tensors numbers with their shapes, by name
 * @param metadata texts by name, kept in the header. Default: none
 * @throws CheckpointError `E_CHECKPOINT_TENSOR` if a shape does not fit its data, or if a name or the metadata are not valid text
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, SafeTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = Object.entries(tensors).toSorted(
    ([a, x], [b, y]) => width(y) - width(x) || (a < b ? -1 : a > b ? 1 : 0),
  );
  let end = 0;
  const described = entries.map(([name, tensor]) => {
    const natural = tensor.shape.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (
      name === '__metadata__' ||
      isBroken(name) ||
      !natural ||
      sizeOf(tensor.shape) !== tensor.data.length
    ) {
      throw new CheckpointError(
        'E_CHECKPOINT_TENSOR',
        `The tensor "${name}" of shape [${tensor.shape.join(', ')}] has ${tensor.data.length} elements.`,
        'The product of the shape must be the number of elements, and the name must be text other than __metadata__.',
      );
    }
    const start = end;
    end += tensor.data.byteLength;
    return [name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [start, end] }] as const;
  });
  const untold = Object.entries(metadata).find(([key, text]) => isBroken(key) || isBroken(text));
  if (untold) {
    throw new CheckpointError(
      'E_CHECKPOINT_TENSOR',
      `The metadata "${untold[0]}" has half of a surrogate pair.`,
      'Metadata is text that UTF-8 can hold.',
    );
  }
  const sorted = Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // A list of pairs, not an object: JavaScript would move integer-like names to the front.
  const members: readonly (readonly [string, unknown])[] = [
    ['__metadata__', Object.fromEntries(sorted)],
    ...described,
  ];
  const json = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const header = new TextEncoder().encode(json);
  const headerLength = Math.ceil(header.length / 8) * 8;

  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(header, 8);
  let offset = 8 + headerLength;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function width({ dtype }: SafeTensor): number {
  return DTYPES[dtype].BYTES_PER_ELEMENT;
}

/** Whether a text has half a surrogate pair. JavaScript allows that in a string; UTF-8 and readers in other languages do not. */
function isBroken(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
