import { isUtf8 } from 'node:buffer';
import { csvError } from './errors.js';

/**
 * Checks every byte of a file while it is read.
 * @throws BbbError `E_CSV_ENCODING` with the line of the first byte that is not UTF-8, and for a file that is not text
 */
export function textCheck(path: string): { push(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let first = true;
  return {
    push(chunk) {
      if (first) refuseOtherFormats(path, chunk);
      first = false;
      try {
        decoder.decode(chunk, { stream: true });
      } catch {
        throw notUtf8(path, line + linesBefore(chunk));
      }
      if (chunk.includes(0))
        throw csvError(
          'E_CSV_ENCODING',
          `${path} is no text: it has zero bytes.`,
          'Export the table as CSV in UTF-8.',
        );
      line += count(chunk);
    },
    end() {
      try {
        decoder.decode();
      } catch {
        throw notUtf8(path, line);
      }
    },
  };
}

const LINE_FEED = 10;

function count(chunk: Uint8Array): number {
  let lines = 0;
  for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}

/** Line feeds before the first line of a chunk that is not UTF-8. */
function linesBefore(chunk: Uint8Array): number {
  // A chunk may begin in the middle of a character, with up to three of its bytes.
  let start = 0;
  while (start < 3 && chunk[start]! >> 6 === 0b10) start++;
  let lines = 0;
  for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
    if (!isUtf8(chunk.subarray(start, at))) return lines;
    lines++;
    start = at + 1;
  }
  return lines;
}

function refuseOtherFormats(path: string, chunk: Uint8Array): void {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, i) => chunk[i] === byte);
  const hint = 'Export the table as CSV in UTF-8.';
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) throw csvError('E_CSV_ENCODING', `${path} is UTF-16.`, hint);
  if (begins(0x50, 0x4b)) throw csvError('E_CSV_ENCODING', `${path} is a spreadsheet or a zip file.`, hint);
  if (begins(0x1f, 0x8b))
    throw csvError('E_CSV_ENCODING', `${path} is gzipped, and its name does not end in .gz.`, 'Rename it.');
}

function notUtf8(path: string, line: number): Error {
  return csvError(
    'E_CSV_ENCODING',
    `${path}, line ${line} is not UTF-8.`,
    `If it is Latin-1: iconv -f LATIN1 -t UTF-8 ${path} > utf8.csv`,
  );
}
