import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { writeFileOnce } from '@bbb/core';
import { readOwn, storing } from '@bbb/sweep/host';

/**
 * The name of a sweep's queue, stored in its folder (`sweep.queue`). A coordinator that starts again finds its jobs there, and the same
 * sweep in another folder has a queue of its own.
 */
export async function queueName(dir: string): Promise<string> {
  const path = join(dir, 'sweep.queue');
  return storing('keep the name of the queue', async () => {
    await writeFileOnce(path, `bbb-${randomUUID()}\n`);
    return (await readOwn(path)).toString('utf8').trim();
  });
}
