import { z } from 'zod';
import { sizeOf } from '../model/architecture.js';
import { DTYPES, isDtype, type SafeTensor } from './dtype.js';
import { CheckpointError } from './error.js';

/** The contents of a safetensors file. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own bound on the header. */
const MAX_HEADER = 100_000_000;

const natural = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(natural),
  data_offsets: z.tuple([natural, natural]),
});
const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());

/**
 * Reads safetensors strictly: everything the header says must fit the bytes, tensors must cover the data without gaps or
 * overlaps. Allocates no more than the bytes that are there.
 *
 * @throws CheckpointError `E_CHECKPOINT_DAMAGED`
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < 8) throw damaged(`it has only ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(Math.min(MAX_HEADER, bytes.length - 8))) {
    throw damaged(`its header claims ${headerLength} bytes of ${bytes.length - 8}`);
  }
  const dataStart = 8 + Number(headerLength);
  const { __metadata__: rawMetadata = {}, ...rawEntries } = parseHeader(bytes.subarray(8, dataStart));
  const metadata = metadataSchema.safeParse(rawMetadata);
  if (!metadata.success) throw damaged('its __metadata__ is not a map of strings');

  const data = bytes.subarray(dataStart);
  const ranges: (readonly [number, number])[] = [];
  const tensors = Object.entries(rawEntries).map(([name, raw]): [string, SafeTensor] => {
    const entry = entrySchema.safeParse(raw);
    if (!entry.success) throw damaged(`the description of tensor "${name}" is malformed`);
    const { dtype, shape, data_offsets: range } = entry.data;
    if (!isDtype(dtype)) throw damaged(`tensor "${name}" has the unknown element type ${dtype}`);
    const [start, end] = range;
    if (start > end || end > data.length) throw damaged(`tensor "${name}" lies outside the file`);
    if (sizeOf(shape) * DTYPES[dtype].BYTES_PER_ELEMENT !== end - start) {
      throw damaged(
        `the ${end - start} bytes of tensor "${name}" do not fit its shape [${shape.join(', ')}]`,
      );
    }
    ranges.push(range);
    return [name, toTensor(dtype, shape, data.slice(start, end))];
  });
  checkCovered(ranges, data.length);
  return { tensors: Object.fromEntries(tensors), metadata: metadata.data };
}

function parseHeader(header: Uint8Array): Record<string, unknown> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(header);
    if (!text.startsWith('{')) throw new SyntaxError('no object');
    return headerSchema.parse(JSON.parse(text));
  } catch {
    throw damaged('its header is not a JSON object');
  }
}

function checkCovered(ranges: readonly (readonly [number, number])[], length: number): void {
  let reached = 0;
  for (const [start, end] of ranges.toSorted(([a, b], [c, d]) => a - c || b - d)) {
    if (start !== reached) throw damaged(`its tensors overlap or leave a gap at byte ${reached} of the data`);
    reached = end;
  }
  if (reached !== length) throw damaged(`${length - reached} bytes at its end belong to no tensor`);
}

function toTensor(dtype: SafeTensor['dtype'], shape: readonly number[], copy: Uint8Array): SafeTensor {
  return { dtype, shape, data: new DTYPES[dtype](copy.buffer as ArrayBuffer) } as SafeTensor;
}

function damaged(reason: string): CheckpointError {
  return new CheckpointError(
    'E_CHECKPOINT_DAMAGED',
    `This is not a whole safetensors file: ${reason}.`,
    'Use another checkpoint; a trial that is run again writes a new one.',
  );
}
