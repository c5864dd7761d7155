import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { contentId, dataId } from '@bbb/core';
import { isOfData, type Plan } from '@bbb/sweep';
import type { LoadedData } from './load.js';

/**
 * The default folder of a sweep. The same trials on the same data have the same folder, so that the same command resumes,
 * and other data have another folder.
 */
export async function defaultFolder(
  name: string,
  { config, trials }: Plan,
  { datasets, described }: LoadedData,
): Promise<string> {
  const what = config.search ? config : trials.map(({ id, label }) => [id, label]);
  const data = described.map(({ sha256 }) => dataId(sha256 ?? {}));
  const dir = folderOf(name, described[0]!.name, contentId([what, data]));
  // Earlier versions named folders by the trials alone.
  const former = folderOf(name, config.dataset.use, contentId(what));
  if (existsSync(dir) || !existsSync(former)) return dir;
  return (await isOfData(former, datasets).catch(() => false)) ? former : dir;
}

/** Characters of a data set's name that a path should not have are replaced. */
function folderOf(name: string, dataset: string, id: string): string {
  const parts = [name, dataset].map((part) => part.replaceAll(/[^\w.-]+/g, '-').slice(0, 60));
  return join('runs', [...parts, id.slice(0, 8)].join('-'));
}
