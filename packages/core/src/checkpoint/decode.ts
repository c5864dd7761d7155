import { DTYPES, type SafeTensor } from './dtype.js';
import { damaged } from './error.js';
import { parseHeader, type TensorEntry } from './header.js';

/** The contents of a safetensors file. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Most bytes of a header: the limit of the format. */
const MAX_HEADER = 100_000_000;

/**
 * Reads safetensors strictly: everything in the header must fit the bytes, names must be unique, and tensors must cover the data without
 * gaps or overlaps. The tensors are copies. They are made after all checks, so they take no more memory than the file has bytes.
 * @param bytes the whole file
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
  const data = bytes.subarray(dataStart);
  const { entries, metadata } = parseHeader(bytes.subarray(8, dataStart), data.length);
  return {
    tensors: Object.fromEntries(entries.map((entry) => [entry.name, toTensor(entry, data)])),
    metadata,
  };
}

function toTensor({ dtype, shape, start, end }: TensorEntry, data: Uint8Array): SafeTensor {
  // Copied, because the data may start at an offset that is not aligned for wider elements.
  const copy = new Uint8Array(end - start);
  copy.set(data.subarray(start, end));
  return { dtype, shape, data: new DTYPES[dtype](copy.buffer) } as SafeTensor;
}
