import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMetrics, TrialMessage, TrialTask } from '@bbb/core';
import type { Job, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
// A coordinator's view of one trial is no part of the package's interface.
import { backendOf, type Backend, type Connection } from '../../packages/sweep-bullmq/src/backend/backend.js';
import { remoteTrial } from '../../packages/sweep-bullmq/src/coordinator/execution.js';
import type { TrialQueue } from '../../packages/sweep-bullmq/src/coordinator/remote-job.js';
import {
  jobIdOf,
  type HostMessage,
  type JobData,
  type JobEnd,
  type Parcel,
} from '../../packages/sweep-bullmq/src/protocol.js';
import { openInbox, type Inbox } from '../../packages/sweep-bullmq/src/transfer/inbox.js';
import { run, tinyPlan } from '../sweep/fixtures/sweeps.js';
import { mayMount, mountDisk } from './fixtures/disk.js';
import { temporary, until } from './fixtures/machines.js';
import { withEachServer, type TestServer } from './fixtures/servers.js';

const FAILED: JobEnd = {
  host: 'here',
  end: { type: 'failed', kind: 'error', error: { name: 'Error', message: 'as planned' } },
};

function metrics(epoch: number): EpochMetrics {
  const numbers = { learningRate: 0.1, trainNll: 1, trainError: 0.5, kl: 0, loss: 1, seconds: 1 };
  return { epoch, ...numbers };
}

withEachServer('a trial on a host, through $name', ({ start }) => {
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
  async function parcel(bytes: Buffer): Promise<Parcel> {
    const id = randomUUID();
    await writeFile(join(inbox.folder, id), bytes);
    return { id, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  const finished = (): Promise<unknown> =>
    until(async () => (await queue.getJobState(jobId)) === 'completed', 'the end of the job');

  test('has an end that counts, also if it comes between two questions about the trial', async () => {
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

  test('has epochs in order: those after others that nobody heard of wait until a checkpoint brings these along', async () => {
    const heard: string[] = [];
    const trial = remoteTrial({ queue, inbox, backend }, task, (message) => {
      if (message.type === 'epoch') heard.push(`epoch ${message.metrics.epoch}`);
      if (message.type === 'started') heard.push(`started after ${message.resumedEpochs.length}`);
    });
    await runOnHost(FAILED);
    const say = (more: Partial<HostMessage>): void =>
      trial.onProgress({ lease: 'one', host: 'here', ...more });
    say({ message: { type: 'epoch', metrics: metrics(3) } });
    await until(() => heard.length > 0, 'the start');
    expect(heard).toEqual(['started after 0']);
    const lines = [1, 2, 3].map((epoch) => `${JSON.stringify(metrics(epoch))}\n`).join('');
    const checkpoint = await parcel(Buffer.from('weights'));
    say({ stored: { epoch: 3, checkpoint, metrics: await parcel(Buffer.from(lines)) } });
    say({ message: { type: 'epoch', metrics: metrics(4) } });
    await until(() => heard.includes('epoch 4'), 'the fourth epoch');
    expect(heard).toEqual(['started after 0', 'epoch 1', 'epoch 2', 'epoch 3', 'epoch 4']);
    trial.kill();
  });

  test('that is done counts, also if a stop arrives while its end is being looked up; nothing is heard after its end', async () => {
    const local = join(folder.path, 'local');
    await run(await tinyPlan(), { dir: local });
    const [text, checkpoint] = ['result.json', 'checkpoint.safetensors'].map((file) =>
      readFileSync(join(local, 'trials', task.planned.id, file)),
    );
    let answer!: () => void;
    const gate = new Promise<void>((resolve) => (answer = resolve));
    let asks = false;
    // The answer to the stop's own question arrives when what came of the trial is being read.
    const slow = Object.create(queue, {
      getJob: {
        async value(id: string) {
          const held = asks;
          asks = false;
          const job = await queue.getJob(id);
          if (held) await gate;
          return job;
        },
      },
    }) as TrialQueue;
    const reading: Inbox = {
      ...inbox,
      async read(of) {
        answer();
        await sleep(100);
        return inbox.read(of);
      },
    };
    const heard: (TrialMessage | 'the end')[] = [];
    const trial = remoteTrial({ queue: slow, inbox: reading, backend }, task, (message) =>
      heard.push(message),
    );
    void trial.end.then(() => heard.push('the end'));
    await runOnHost({
      host: 'here',
      end: { type: 'done' },
      result: await parcel(text!),
      checkpoint: await parcel(checkpoint!),
    });
    release();
    await finished();
    asks = true;
    trial.stop();
    await trial.check();
    expect((await trial.end).type).toBe('done');
    await sleep(300);
    expect(heard.map((said) => (said === 'the end' ? said : said.type))).toEqual(['started', 'the end']);
  });

  test.skipIf(!mayMount).each<[string, string, HostMessage['message']]>([
    ['an epoch can not be written down', '', { type: 'epoch', metrics: metrics(1) }],
    // It started before this process did, which looks up what it has measured.
    [
      'half a line of an earlier run can not be cut off',
      `${JSON.stringify(metrics(1))}\n{"epoch":`,
      { type: 'warning', message: '' },
    ],
  ])('ends the sweep on a full disk, as a trial here does, when %s', async (_, log, message) => {
    const unmount = mountDisk(task.folder);
    try {
      const trial = remoteTrial({ queue, inbox, backend }, task, () => undefined);
      await runOnHost(FAILED);
      if (log !== '') writeFileSync(join(task.folder, 'metrics.jsonl'), log);
      expect(() => writeFileSync(join(task.folder, 'filler'), Buffer.alloc(2 ** 17))).toThrow('ENOSPC');
      trial.onProgress({ lease: 'one', host: 'here', message: message! });
      expect(await trial.end).toMatchObject({ type: 'fatal', error: { code: 'E_DISK_FULL' } });
    } finally {
      unmount();
    }
  });

  test('ends, if what its host says of the end makes no sense', async () => {
    const trial = remoteTrial({ queue, inbox, backend }, task, () => undefined);
    await runOnHost(undefined);
    release();
    await finished();
    await trial.check();
    expect(await trial.end).toMatchObject({ type: 'fatal' });
  });
});
