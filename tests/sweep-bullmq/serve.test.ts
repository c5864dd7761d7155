import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, loadPlugins } from '@bbb/core';
import { loadData } from '@bbb/sweep/host';
import { expect, test } from 'vitest';
// The package does not export the code with which a host takes jobs from a queue.
import { backendOf } from '../../packages/sweep-bullmq/src/backend/backend.js';
import { serve } from '../../packages/sweep-bullmq/src/host/serve.js';
import { jobIdOf, type Announcement, type JobData } from '../../packages/sweep-bullmq/src/protocol.js';
import { sharedDelivery } from '../../packages/sweep-bullmq/src/transfer/delivery.js';
import { PLUGINS, tinyPlan } from '../support/sweeps/tiny.js';
import { mayMount, mountDisk } from '../support/machines/disk.js';
import { until } from '../support/machines/machines.js';
import { withEachServer } from '../support/machines/servers.js';
import { temporaryFolder } from '../support/folders.js';

withEachServer('a host, through $name', ({ start }) => {
  test.skipIf(!mayMount)('whose disk is full fails at one trial, and takes no other', async () => {
    const folder = temporaryFolder();
    const scratch = join(folder, 'scratch');
    const unmount = mountDisk(scratch);
    writeFileSync(join(scratch, 'filler'), Buffer.alloc(2 ** 16));
    const server = await start();
    const backend = await backendOf(server.url);
    await backend.check();
    const connection = backend.connect();
    const queue = connection.queue<JobData, unknown>('full');
    const { trials } = await tinyPlan({ seeds: [0, 1, 2, 3] });
    for (const planned of trials) {
      const data = { planned: JSON.stringify(planned), checkpointSeconds: 0 };
      const again = { attempts: 3, backoff: { type: 'fixed', delay: 60_000 } };
      await queue.add('trial', data, { jobId: jobIdOf(planned.id), ...again });
    }
    const registry = createRegistry(await loadPlugins(PLUGINS));
    const service = serve(
      { queue: 'full' } as Announcement,
      await loadData(registry, [trials[0]!.trial.data], undefined),
      () => sharedDelivery(join(folder, 'sweep')),
      {
        queue: server.url,
        plugins: PLUGINS,
        cwd: process.cwd(),
        leaseSeconds: 5,
        signal: new AbortController().signal,
        kill: new AbortController().signal,
        backend,
        scratch,
        threads: 1,
        isCurrent: () => Promise.resolve(true),
        say: () => undefined,
      },
    );
    try {
      await until(() => service.broken !== undefined, 'the full disk');
      expect(service.broken).toContain('The disk is full');
      await service.leave('stop');
      const jobs = await Promise.all(trials.map(({ id }) => queue.getJob(jobIdOf(id))));
      const attempts = jobs.map((job) => job!.attemptsMade);
      expect(attempts.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1]);
    } finally {
      await service.leave('kill');
      await queue.close();
      await connection.close();
      await server.remove();
      unmount();
    }
  });
});
