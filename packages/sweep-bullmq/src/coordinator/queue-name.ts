import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { writeFileOnce } from '@bbb/core';
import { readOwn, storing } from '@bbb/sweep/host';

/**
 * The name of a sweep's queue, kept in its folder (`sweep.queue`): a coordinator that starts again finds the jobs that it
 * left, and the same sweep in another folder has its own.
 */
export async function queueName(dir: string): Promise<string> {
  const path = join(dir, 'sweep.queue');
  return storing('keep the name of the queue', async () => {
    await writeFileOnce(path, `bbb-${randomUUID()}\n`);
    return (await readOwn(path)).toString('utf8').trim();
  });
}
