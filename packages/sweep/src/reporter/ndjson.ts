import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineReporter } from '@bbb/core';
import { z } from 'zod';
import { openOwn } from '../store/own-open.js';
import { storeError } from '../store/errors.js';

export const ndjsonOptions = z.strictObject({
  file: z
    .string()
    .default('')
    .describe(
      'Path of the file, from where bbb was started. Empty: sweep.events.ndjson in the sweep folder.',
    ),
  progress: z.boolean().default(false).describe('Also how far each epoch is, up to ten times a second.'),
});

/** Writes every event as one whole line, so that the file can be followed while it grows, and read after a crash. */
export const ndjson = defineReporter({
  description: 'Every event as a line of JSON, at the end of a file.',
  options: ndjsonOptions,
  create({ file, progress }, { dir, cwd }) {
    const path = file === '' ? join(dir, 'sweep.events.ndjson') : resolve(cwd, file);
    // This reporter does not make the folder of the sweep, which may not exist yet. A file that the user names may be a pipe, but a file in
    // the folder of the sweep may not.
    const open = (): number => (file === '' ? openOwn(path, 'append') : openSync(path, 'a+'));
    let descriptor = file === '' ? undefined : openAtLine(open);
    return {
      onEvent(event) {
        if (event.type === 'progress' && !progress) return;
        descriptor ??= openAtLine(open);
        writeFileSync(descriptor, `${JSON.stringify(event)}\n`);
      },
      close() {
        if (descriptor !== undefined) closeSync(descriptor);
        descriptor = undefined;
      },
    };
  },
});

/** Opens a file to append lines. A half line that a dead process left is completed by a line break first. */
function openAtLine(open: () => number): number {
  try {
    const descriptor = open();
    const last = new Uint8Array(1);
    const { size } = fstatSync(descriptor);
    if (size > 0) readSync(descriptor, last, 0, 1, size - 1);
    if (size > 0 && last[0] !== '\n'.charCodeAt(0)) writeFileSync(descriptor, '\n');
    return descriptor;
  } catch (error) {
    throw storeError('write the file of events', error);
  }
}
