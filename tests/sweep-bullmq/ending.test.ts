import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TrialTask } from '@bbb/core';
import type { Job, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
// A coordinator's view of one trial is no part of the package's interface.
import { backendOf, type Backend, type Connection } from '../../packages/sweep-bullmq/src/backend/backend.js';
import { remoteTrial, type TrialQueue } from '../../packages/sweep-bullmq/src/coordinator/execution.js';
import { jobIdOf, type JobData, type JobEnd } from '../../packages/sweep-bullmq/src/protocol.js';
import { openInbox, type Inbox } from '../../packages/sweep-bullmq/src/transfer/inbox.js';
import { tinyPlan } from '../sweep/fixtures/sweeps.js';
import { temporary, until } from './fixtures/machines.js';
import { withEachServer, type TestServer } from './fixtures/servers.js';

const FAILED: JobEnd = {
  host: 'here',
  end: { type: 'failed', kind: 'error', error: { name: 'Error', message: 'as planned' } },
};

withEachServer('the end of a trial, through $name', ({ start }) => {
  let server: TestServer;
  let backend: Backend;
  let folder: ReturnType<typeof temporary>;
  let inbox: Inbox;
  let connection: Connection;
  let queue: TrialQueue;
  let task: TrialTask;
  let jobId: string;
  /** Lets the host end the trial. */
  let release: () => void;
  let host: Worker<JobData, JobEnd | undefined>;

  beforeAll(async () => {
    server = await start();
    backend = await backendOf(server.url);
    await backend.check();
  });
  afterAll(() => server?.remove());
  beforeEach(async () => {
    folder = temporary();
    inbox = await openInbox(folder.path);
    const [planned] = (await tinyPlan()).trials;
    task = { planned: planned!, folder: join(folder.path, 'trial'), checkpointSeconds: 0 };
    mkdirSync(task.folder);
    jobId = jobIdOf(planned!.id);
    connection = backend.connect();
    queue = connection.queue<JobData, JobEnd>(`ending-${Date.now()}`);
  });
  afterEach(async () => {
    release();
    await host.close();
    await queue.obliterate({ force: true });
    await queue.close();
    await connection.close();
    folder.remove();
  });

  /** A host that has the trial, and ends it with this when it is released. */
  async function runOnHost(end: JobEnd | undefined): Promise<void> {
    const gate = new Promise<void>((resolve) => (release = resolve));
    host = connection.worker<JobData, JobEnd | undefined>(
      queue.name,
      async () => {
        await gate;
        return end;
      },
      { drainDelay: 1 },
    );
    await once(host, 'active');
  }
  const finished = (): Promise<unknown> =>
    until(async () => (await queue.getJobState(jobId)) === 'completed', 'the end of the job');

  test('counts, also if it comes between two questions about the trial', async () => {
    let ends = false;
    // Every answer is on its way while the host ends the trial.
    const afterwards = async <T>(answer: T): Promise<T> => {
      if (ends) {
        release();
        await finished();
      }
      return answer;
    };
    const slow = Object.create(queue, {
      getJob: { value: async (id: string) => afterwards((await queue.getJob(id)) as Job) },
      getJobState: { value: async (id: string) => afterwards(await queue.getJobState(id)) },
    }) as TrialQueue;
    const trial = remoteTrial({ queue: slow, inbox, backend }, task, () => undefined);
    await runOnHost(FAILED);
    await trial.check();
    ends = true;
    await trial.check();
    await trial.check();
    expect(await trial.end).toEqual(FAILED.end);
  });

  test('is no wait for ever, if it makes no sense', async () => {
    const trial = remoteTrial({ queue, inbox, backend }, task, () => undefined);
    await runOnHost(undefined);
    release();
    await finished();
    await trial.check();
    expect(await trial.end).toMatchObject({ type: 'fatal' });
  });
});
