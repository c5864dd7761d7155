import { fstatSync, writeFileSync } from 'node:fs';
// Not all of core, which takes longer to load than most commands do.
import { cutText } from '@bbb/core/errors';
import { plainJson, plainText } from './plain-text.js';
import { styled, type Format } from './style.js';

/*
 * The door to the terminal: whatever bbb shows goes through here (or is drawn in place, by ../progress), so that what hosts,
 * plugins and files say reaches it as plain text. Colours are put on here, behind the check.
 */

/** Text for people. */
export function say(text: string): void {
  process.stderr.write(`${plainText(text)}\n`);
}

/** The same after a word that stands out, e.g. `error:`. */
export function sayMarked(format: Format, word: string, text: string): void {
  process.stderr.write(`${styled(process.stderr)(format, word)} ${plainText(text)}\n`);
}

export function warn(text: string): void {
  sayMarked('yellow', 'warning:', cutText(text));
}

/** Data. Resolves when the stream has taken all of it. @throws the errors of the file system: a full disk */
export function print(text: string): Promise<void> {
  return write(plainText(text.endsWith('\n') ? text : `${text}\n`));
}

/** Data as it is, for a file or a pipe; on a terminal, text. */
export function printBytes(bytes: Uint8Array): Promise<void> {
  return write(
    process.stdout.isTTY ? plainText(Buffer.from(bytes).toString().replaceAll('\r\n', '\n')) : bytes,
  );
}

/** One JSON document. */
export function printJson(value: unknown): Promise<void> {
  return write(`${plainJson(JSON.stringify(value, null, 2))}\n`);
}

/** One line of NDJSON. */
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

/** Nobody reads on: a pipe whose other end is gone, a terminal that was closed, and what is written after that. */
function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EIO' || code === 'ERR_STREAM_DESTROYED';
}

/**
 * A reader that has seen enough (`bbb ... | head -1`) closes the pipe, a window that is closed takes its terminal along, and the
 * disk that a log is on may be full: what can't be written there is dropped, and whatever is being computed goes on, or stops in
 * order. Data that is lost on a full disk is said by whoever printed it.
 */
export function tolerateLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
