import { styled } from './style.js';

/** Text for people. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function warn(text: string): void {
  say(`${styled(process.stderr)('yellow', 'warning:')} ${text}`);
}

/** Data. Resolves when the stream has taken all of it. */
export function print(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, () => done());
  });
}

/** Data as it is. */
export function printBytes(bytes: Uint8Array): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(bytes, () => done());
  });
}

/** One JSON document. */
export function printJson(value: unknown): Promise<void> {
  return print(JSON.stringify(value, null, 2));
}

/** One line of NDJSON. */
export function printLine(value: unknown): Promise<void> {
  return print(JSON.stringify(value));
}

/**
 * A reader that has seen enough (`bbb ... | head -1`) closes the pipe, and a window that is closed takes its terminal along:
 * what is still written there is dropped, and whatever is being computed goes on, or stops in order.
 */
export function tolerateClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}
