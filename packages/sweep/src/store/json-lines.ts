import { ftruncateSync } from 'node:fs';
import { isMissing } from './files.js';
import { readOwn, withOwn } from './own-open.js';

export interface JsonLines {
  /** Every whole line up to the first that is not JSON. */
  readonly values: readonly unknown[];
  /** Bytes of these lines. */
  readonly bytes: number;
  /** Whether more follows: half a line of a process that died, or damage. */
  readonly torn: boolean;
}

/** Reads JSON lines as far as they are whole. No file is no lines. */
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

/** Cuts what follows the last whole line, so that the next one appended is whole. */
export async function cutTorn(path: string, lines: JsonLines): Promise<void> {
  if (lines.torn) await withOwn(path, 'change', (file) => ftruncateSync(file, lines.bytes));
}
