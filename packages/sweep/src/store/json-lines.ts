import { ftruncateSync } from 'node:fs';
import { isMissing } from './files.js';
import { readOwn, withOwn } from './own-open.js';

export interface JsonLines {
  /** All complete lines before the first that is not JSON. */
  readonly values: readonly unknown[];
  /** Bytes of these lines. */
  readonly bytes: number;
  /** Whether more bytes follow: half a line of a process that died, or damage. */
  readonly torn: boolean;
}

/** Reads JSON lines up to the first incomplete or invalid one. A missing file has no lines. */
export async function readJsonLines(path: string): Promise<JsonLines> {
  try {
    return parseJsonLines(await readOwn(path));
  } catch (error) {
    if (isMissing(error)) return { values: [], bytes: 0, torn: false };
    throw error;
  }
}

const NEWLINE = 10;

export function parseJsonLines(file: Uint8Array): JsonLines {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const values: unknown[] = [];
  let start = 0;
  for (let end = file.indexOf(NEWLINE); end !== -1; end = file.indexOf(NEWLINE, start)) {
    try {
      values.push(JSON.parse(decoder.decode(file.subarray(start, end))));
    } catch {
      break;
    }
    start = end + 1;
  }
  return { values, bytes: start, torn: start < file.length };
}

/** Cuts off everything after the last complete line, so that the next line is appended at the right place. */
export async function cutTorn(path: string, lines: JsonLines): Promise<void> {
  if (lines.torn) await withOwn(path, 'change', (file) => ftruncateSync(file, lines.bytes));
}
