import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DataOptions, Datasets, Needs, Plugin } from '@bbb/core';
import { dataKey } from '@bbb/sweep/host';
import type { Announcement } from './protocol.js';

export type Requirements = Pick<Announcement, 'methods' | 'pruners' | 'plugins' | 'data'>;

/** What a host must have to take part in a sweep. */
export function requirementsOf(
  { methods, pruners, data }: Needs,
  datasets: Datasets,
  plugins: Requirements['plugins'],
): Requirements {
  return { methods, pruners, plugins, data: { options: data, sha256: checksums(data, datasets) } };
}

/** The checksums of a data set's files, and of those of the second data set. */
export function checksums(options: DataOptions, datasets: Datasets): Readonly<Record<string, string>>[] {
  const second = options.outOfDistribution;
  return [options, ...(second ? [second] : [])].map((use) => ({ ...datasets[dataKey(use)]!.sha256 }));
}

/** The plugins that don't ship with bbb, each with the SHA-256 of its entry file. */
export function pluginFiles(
  specifiers: readonly string[],
  plugins: readonly Plugin[],
  cwd: string,
): Requirements['plugins'] {
  // Further plugins are of the coordinator alone.
  return specifiers.flatMap((specifier, i) => {
    const { name } = plugins[i]!;
    const path = name === '@bbb/plugins' ? undefined : entryFile(specifier, cwd);
    if (path === undefined) return [];
    return [{ name, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') }];
  });
}

/** Where a plugin's module is, as `loadPlugins` finds it; undefined where that can't be said. */
function entryFile(specifier: string, cwd: string): string | undefined {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  const path = resolve(cwd, specifier);
  if (/\.[cm]?[jt]s$/.test(specifier) && existsSync(path)) return path;
  const { resolve: find } = createRequire(pathToFileURL(resolve(cwd, 'package.json')));
  for (const name of [specifier, `bbb-plugin-${specifier}`]) {
    try {
      return find(name);
    } catch {
      // Not under this name, or not for require.
    }
  }
  return undefined;
}
