import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { temporaryFolder } from '../support/folders.js';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** A guide to the user's own data: a file that makes some data, and commands. */
export interface OwnGuide {
  /** The file as the guide shows it, and the same file in the repository. */
  readonly shown: string;
  readonly content: string;
  /** The commands of the guide, in its order, without `npx`. */
  readonly typed: readonly (readonly string[])[];
  /** An empty folder in which the first command was run. The test deletes it at its end. */
  readonly start: () => Promise<{ readonly path: string; readonly at: (name: string) => string }>;
}

/** @param file the file that the guide tells its reader to save; it is in the folder with the guide's name */
export function ownGuide(name: string, file: string): OwnGuide {
  const text = readFileSync(new URL(`../../docs/guides/${name}.md`, import.meta.url), 'utf8');
  const source = fileURLToPath(new URL(`../../docs/guides/${name}/${file}`, import.meta.url));
  const [, block = ''] = text.split(`<!-- docs/guides/${name}/${file};`);
  const typed = [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, lines]) => lines!.trim().split('\n'))
    .map((line) => line.split(' ').slice(1));
  return {
    shown: /```ts\n([\s\S]*?)```/.exec(block)?.[1] ?? '',
    content: readFileSync(source, 'utf8'),
    typed,
    async start() {
      const place = temporaryFolder();
      const at = (path: string): string => join(place, path);
      copyFileSync(source, at(file));
      symlinkSync(MODULES, at('node_modules'));
      const made = spawnSync(process.execPath, ['--import=tsx', ...typed[0]!.slice(1)], {
        cwd: place,
        env: { ...process.env, NODE_OPTIONS: '' },
        encoding: 'utf8',
      });
      expect(made.status, made.stderr).toBe(0);
      return { path: place, at };
    },
  };
}
