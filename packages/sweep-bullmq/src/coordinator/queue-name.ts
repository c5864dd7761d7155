import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentId, writeFileOnce, type PlannedTrial } from '@bbb/core';
import { storing } from '@bbb/sweep/host';

/**
 * The name of a sweep's queue: of its trials and of its folder, so that a coordinator that starts again finds the jobs
 * that it left, and the same sweep in another folder has its own. Kept in `sweep.queue`.
 */
export async function queueName(dir: string, trials: readonly PlannedTrial[]): Promise<string> {
  const path = join(dir, 'sweep.queue');
  const hash = contentId(trials.map(({ id }) => id));
  return storing('keep the name of the queue', async () => {
    await writeFileOnce(path, `bbb-${hash}-${randomUUID().slice(0, 8)}\n`);
    return (await readFile(path, 'utf8')).trim();
  });
}
