import { fstatSync, writeFileSync } from 'node:fs';
// Import only this file, because loading all of core takes longer than most commands.
import { cutText } from '@bbb/core/errors';
import { plainJson, plainText } from './plain-text.js';
import { styled, type Format } from './style.js';

/*
 * Everything that bbb shows is written here (or drawn in place, by ../progress), so that texts of hosts,
 * plugins and files reach the terminal as plain text. Colours are added here, after that conversion.
 */

/** Prints text for people. */
export function say(text: string): void {
  process.stderr.write(`${plainText(text)}\n`);
}

/** Prints text for people after a coloured word, e.g. `error:`. */
export function sayMarked(format: Format, word: string, text: string): void {
  process.stderr.write(`${styled(process.stderr)(format, word)} ${plainText(text)}\n`);
}

export function warn(text: string): void {
  sayMarked('yellow', 'warning:', cutText(text));
}

/** Prints data. Resolves when the stream has taken all of it. @throws the errors of the file system: a full disk */
export function print(text: string): Promise<void> {
  return write(plainText(text.endsWith('\n') ? text : `${text}\n`));
}

/** Prints bytes unchanged to a file or a pipe, and as plain text to a terminal. */
export function printBytes(bytes: Uint8Array): Promise<void> {
  return write(
    process.stdout.isTTY ? plainText(Buffer.from(bytes).toString().replaceAll('\r\n', '\n')) : bytes,
  );
}

/** Prints one JSON document. */
export function printJson(value: unknown): Promise<void> {
  return write(`${plainJson(JSON.stringify(value, null, 2))}\n`);
}

/** Prints one line of NDJSON. */
export function printLine(value: unknown): Promise<void> {
  return write(`${plainJson(JSON.stringify(value))}\n`);
}

function write(data: string | Uint8Array): Promise<void> {
  return new Promise((done, failed) => {
    // On a full disk, the stream stores less than asked and reports no error.
    if (isFile(process.stdout.fd)) return done(writeFileSync(process.stdout.fd, data));
    process.stdout.write(data, (error) => {
      if (error && !isClosed(error)) failed(error);
      else done();
    });
  });
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

/** Whether the output has no reader any more: the other end of the pipe or the terminal was closed. */
function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EIO' || code === 'ERR_STREAM_DESTROYED';
}

/**
 * Ignores errors of output. A reader that has seen enough (`bbb ... | head -1`) closes the pipe, a closed window closes its terminal, and the
 * disk of a log may be full. Text that can't be written there is dropped, and the computation goes on, or stops in
 * order. If a full disk loses data, the function that prints the data reports it.
 */
export function tolerateLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
