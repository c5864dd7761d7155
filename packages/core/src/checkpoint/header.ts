import { z } from 'zod';
import { sizeOf } from '../network/shape.js';
import { DTYPES, isDtype, type Dtype } from './dtype.js';
import { damaged } from './error.js';
import { safeParse } from '../safe-parse.js';

/** Where a tensor lies: bytes `start` to `end` of the data. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

const natural = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(natural),
  data_offsets: z.tuple([natural, natural]),
});

/**
 * Parses the JSON header and checks it against the length of the data: known element types, shapes that fit their
 * ranges, and ranges that cover the data without gaps or overlaps.
 *
 * @throws CheckpointError `E_CHECKPOINT_DAMAGED`
 */
export function parseHeader(header: Uint8Array, dataLength: number): Header {
  const { __metadata__: metadata = {}, ...rest } = parseObject(header);
  if (!isStringMap(metadata)) throw damaged('its __metadata__ is not a map of strings');
  const entries = Object.entries(rest).map(([name, raw]) => toEntry(name, raw, dataLength));
  checkCovered(entries, dataLength);
  return { entries, metadata };
}

function parseObject(header: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    parsed = JSON.parse(text);
  } catch {
    throw damaged('its header is not JSON');
  }
  if (!isObject(parsed) || !text.startsWith('{')) throw damaged('its header is not a JSON object');
  const twice = repeatedKey(text);
  if (twice !== undefined) throw damaged(`its header says "${twice}" twice`);
  return parsed;
}

function toEntry(name: string, raw: unknown, dataLength: number): TensorEntry {
  const entry = safeParse(entrySchema, raw);
  if (!entry.success) throw damaged(`the description of tensor "${name}" is malformed`);
  const {
    dtype,
    shape,
    data_offsets: [start, end],
  } = entry.data;
  if (!isDtype(dtype)) throw damaged(`tensor "${name}" has the unknown element type ${dtype}`);
  if (start > end || end > dataLength) throw damaged(`tensor "${name}" lies outside the file`);
  if (sizeOf(shape) * DTYPES[dtype].BYTES_PER_ELEMENT !== end - start) {
    throw damaged(`the ${end - start} bytes of tensor "${name}" do not fit its shape [${shape.join(', ')}]`);
  }
  return { name, dtype, shape, start, end };
}

function checkCovered(entries: readonly TensorEntry[], length: number): void {
  let reached = 0;
  for (const { start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== reached) throw damaged(`its tensors overlap or leave a gap at byte ${reached} of the data`);
    reached = end;
  }
  if (reached !== length) throw damaged(`${length - reached} bytes at its end belong to no tensor`);
}

/**
 * A key that some object in this (valid) JSON text has twice. JSON.parse keeps the last one and reports nothing; other readers keep the
 * first one.
 */
function repeatedKey(json: string): string | undefined {
  const colon = /\s*:/y;
  const open: Set<string>[] = [];
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '{') open.push(new Set());
    else if (character === '}') open.pop();
    else if (character === '"') {
      const start = i;
      for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++;
      colon.lastIndex = i + 1;
      if (!colon.test(json)) continue;
      const key = String(JSON.parse(json.slice(start, i + 1)));
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStringMap(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((entry) => typeof entry === 'string');
}
