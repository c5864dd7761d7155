import { readFileSync } from 'node:fs';

/** Byte-order marks that editors and shells of Windows put before a text. */
const MARKS: readonly { readonly mark: readonly number[]; readonly encoding: string }[] = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
];

/**
 * Reads a text file without its byte-order mark. The encoding is UTF-16 if the mark says so, otherwise UTF-8.
 * @throws Error when the file is neither
 */
export function readTextFile(path: string): string {
  const bytes = readFileSync(path);
  const marked = MARKS.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte));
  if (marked) return decode(bytes, marked.encoding);
  const text = decode(bytes, 'utf-8');
  if (text.includes('\0')) throw new Error('it is not a text file');
  return text;
}

function decode(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error('it is not written in UTF-8: save it as UTF-8', { cause });
  }
}
