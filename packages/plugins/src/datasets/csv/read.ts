import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BbbError } from '@bbb/core';
import { findDelimiter } from './delimiter.js';
import { textCheck } from './encoding.js';
import { csvError } from './errors.js';

/** Most bytes of a row. With an unclosed quote, the rest of the file would be one row. */
const MOST_ROW = 16 << 20;

export interface Row {
  readonly fields: readonly string[];
  /** Its last line, as an editor counts. */
  readonly line: number;
}

/**
 * Reads a table once, row by row, as a stream.
 * @returns SHA-256 of the (uncompressed) file
 * @throws BbbError `E_CSV_FILE`, `E_CSV_ENCODING`, `E_CSV_FORMAT`, and what `take` throws
 */
export async function readTable(
  path: string,
  delimiter: string | undefined,
  take: (row: Row) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const check = textCheck(path);
  const parseAll = async (source: AsyncIterable<Buffer>): Promise<void> => {
    let parser: Parser | undefined;
    for await (const chunk of source) {
      hash.update(chunk);
      check.push(chunk);
      parser ??= await openParser(path, delimiter ?? findDelimiter(chunk.toString('utf8')), take);
      await parser.push(chunk);
    }
    check.end();
    await parser?.end();
  };
  const file = createReadStream(path);
  try {
    await (/\.gz$/i.test(path) ? pipeline(file, createGunzip(), parseAll) : pipeline(file, parseAll));
  } catch (error) {
    throw error instanceof BbbError ? error : unreadable(path, error);
  }
  return hash.digest('hex');
}

interface Parser {
  push(chunk: Buffer): Promise<void>;
  end(): Promise<void>;
}

async function openParser(path: string, delimiter: string, take: (row: Row) => void): Promise<Parser> {
  // Loaded only when a table is read.
  const { parse } = await import('csv-parse');
  const parser = parse({
    bom: true,
    delimiter,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: MOST_ROW,
    on_record(fields: string[], { lines }) {
      take({ fields, line: lines });
      return undefined;
    },
  });
  // Rows are only passed to `take`. Errors are passed to the callbacks of `write` and `end`.
  parser.on('error', () => {}).resume();
  const settled = (start: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      start((error) =>
        error ? reject(error instanceof BbbError ? error : malformed(path, error)) : resolve(),
      );
    });
  return {
    push: (chunk) => settled((done) => parser.write(chunk, done)),
    end: () => settled((done) => parser.end(done)),
  };
}

function malformed(path: string, error: Error): BbbError {
  const { lines } = error as { lines?: number };
  const where = lines === undefined ? path : `${path}, line ${lines}`;
  return csvError(
    'E_CSV_FORMAT',
    `${where}: ${error.message}`,
    'A field with a quote, a delimiter or a line break in it stands in double quotes; a quote within is written twice.',
    error,
  );
}

function unreadable(path: string, error: unknown): BbbError {
  return csvError(
    'E_CSV_FILE',
    `${path} can not be read: ${(error as Error).message}`,
    'Is it whole, and may you read it?',
    error,
  );
}
