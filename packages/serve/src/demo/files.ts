import { readFile } from 'node:fs/promises';
import { BbbError } from '@bbb/core';

// This relative path is right both from `src` and from `dist`.
const FOLDER = new URL('../../dist/page/', import.meta.url);
const FILES = ['style.css', 'main.js', 'index.html'] as const;

/**
 * The page that asks a network, without the networks: files by name. A file comes after those that it refers to. `models.json` and the
 * model files that it names belong in the same folder.
 * @throws BbbError `E_SERVE_ASSETS` when the page was not built
 */
export async function demoFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return new Map(
      await Promise.all(
        FILES.map(async (file): Promise<[string, Uint8Array]> => [
          file,
          await readFile(new URL(file, FOLDER)),
        ]),
      ),
    );
  } catch (cause) {
    throw new BbbError('E_SERVE_ASSETS', 'The page of a network was not built.', {
      hint: 'In a checkout, type npm run build; otherwise install @bbb/serve again.',
      cause,
    });
  }
}
