import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { locate, type DataOptions, type Datasets, type Needs, type Plugin } from '@bbb/core';
import { dataKey } from '@bbb/sweep/host';
import type { Announcement } from './protocol.js';

export type Requirements = Pick<
  Announcement,
  'methods' | 'pruners' | 'networks' | 'likelihoods' | 'procedures' | 'plugins' | 'data'
>;

/** What a host must have to take part in a sweep. */
export function requirementsOf(
  { data, ...names }: Needs,
  datasets: Datasets,
  plugins: Requirements['plugins'],
): Requirements {
  return { ...names, plugins, data: { options: data, sha256: checksums(data, datasets) } };
}

/** The checksums of the files of a data set, and of the second data set. */
export function checksums(options: DataOptions, datasets: Datasets): Readonly<Record<string, string>>[] {
  const second = options.outOfDistribution;
  return [options, ...(second ? [second] : [])].map((use) => ({ ...datasets[dataKey(use)]!.sha256 }));
}

/**
 * The plugins that do not ship with bbb, each with the SHA-256 of the entry file that `loadPlugins` imports.
 * @throws BbbError `E_PLUGIN_NOT_FOUND`
 */
export function pluginFiles(
  specifiers: readonly string[],
  plugins: readonly Plugin[],
  cwd: string,
): Requirements['plugins'] {
  // Plugins after these are used by the coordinator alone.
  return specifiers.flatMap((specifier, i) => {
    const { name } = plugins[i]!;
    if (name === '@bbb/plugins') return [];
    const file = fileURLToPath(locate(specifier, cwd));
    return [{ name, sha256: createHash('sha256').update(readFileSync(file)).digest('hex') }];
  });
}
