import { executorChecks } from '@bbb/contract';
import plugin from '@bbb/sweep-bullmq/plugin';
import { afterAll, beforeAll, test } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { startHost, type Machine } from '../support/machines/machines.js';
import { withEachServer, type TestServer } from '../support/machines/servers.js';

/** Trials that run on other hosts pass the checks for executors, too. */
withEachServer('the executor bullmq, through $name', ({ start }) => {
  let server: TestServer;
  let host: Machine;
  beforeAll(async () => {
    server = await start();
    host = startHost(server.url, { workers: 2 });
  });
  afterAll(async () => {
    await host?.end();
    await server?.remove();
  });

  const definition = plugin.executors!['bullmq']!;
  for (const [i, { name }] of executorChecks({ definition, folder: temporaryFolder }).entries()) {
    test(name, () =>
      executorChecks({ definition, folder: temporaryFolder, options: { queue: server.url } })[i]!.run(),
    );
  }
});
