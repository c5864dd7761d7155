import { join } from 'node:path';
import { contentId } from '@bbb/core';
import type { Plan } from '@bbb/sweep';

/** Where a sweep goes by default: the same trials go to the same folder, so that the same command resumes. */
export function defaultFolder(name: string, { config, trials }: Plan): string {
  const what = config.search ? config : trials.map(({ id, label }) => [id, label]);
  const id = contentId(what).slice(0, 8);
  const parts = [name, config.dataset.use, id].map((part) => part.replaceAll(/[^\w.-]+/g, '-'));
  return join('runs', parts.join('-'));
}
