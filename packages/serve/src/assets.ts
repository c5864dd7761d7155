import { readFile } from 'node:fs/promises';
import { BbbError } from '@bbb/core';

export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The page's files by the path of their requests. They are read once, so that no path of a request reaches the file system. */
export type Assets = ReadonlyMap<string, Asset>;

// This relative path is right both from `src` and from `dist`.
const FOLDER = new URL('../dist/client/', import.meta.url);
const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/sweeps', file: 'sweeps.html', type: 'text/html; charset=utf-8' },
  { path: '/sweeps.js', file: 'sweeps.js', type: 'text/javascript; charset=utf-8' },
  { path: '/main.js', file: 'main.js', type: 'text/javascript; charset=utf-8' },
  { path: '/style.css', file: 'style.css', type: 'text/css; charset=utf-8' },
];

/** @throws BbbError `E_SERVE_ASSETS` when the page was not built */
export async function loadAssets(): Promise<Assets> {
  try {
    return new Map(
      await Promise.all(
        FILES.map(async ({ path, file, type }): Promise<[string, Asset]> => [
          path,
          { type, bytes: await readFile(new URL(file, FOLDER)) },
        ]),
      ),
    );
  } catch (error) {
    throw new BbbError('E_SERVE_ASSETS', 'The page of bbb serve was not built.', {
      hint: 'In a checkout, type npm run build; otherwise install @bbb/serve again.',
      cause: error,
    });
  }
}
