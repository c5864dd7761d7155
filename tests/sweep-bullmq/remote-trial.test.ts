import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMetrics, TrialMessage, TrialEnd, TrialResult, TrialTask } from '@bbb/core';
import type { Job, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
// The package does not export the coordinator's view of one trial.
import { backendOf, type Backend, type Connection } from '../../packages/sweep-bullmq/src/backend/backend.js';
import { remoteTrial, type RemoteTrial } from '../../packages/sweep-bullmq/src/coordinator/execution.js';
import type { TrialQueue } from '../../packages/sweep-bullmq/src/coordinator/remote-job.js';
import {
  jobIdOf,
  type HostMessage,
  type JobData,
  type JobEnd,
  type Parcel,
} from '../../packages/sweep-bullmq/src/protocol.js';
import { openInbox, type Inbox } from '../../packages/sweep-bullmq/src/transfer/inbox.js';
import { sealResult, unsealResult } from '../../packages/sweep/src/store/result-file.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';
import { checkpointBytes } from '../support/sweeps/planned.js';
import { mayMount, mountDisk } from '../support/machines/disk.js';
import { until } from '../support/machines/machines.js';
import { withEachServer, type TestServer } from '../support/machines/servers.js';
import { temporaryFolder } from '../support/folders.js';

const FAILED: JobEnd = {
  host: 'here',
  end: { type: 'failed', kind: 'error', error: { name: 'Error', message: 'as planned' } },
};

const PARCEL: Parcel = { id: '01234567-89ab-4cde-8f01-23456789abcd', bytes: 1, sha256: '0'.repeat(64) };
const say = (more: object): unknown => ({ lease: 'one', host: 'here', ...more });
const hostileParcels: unknown[] = [
  { ...PARCEL, id: '../outside' },
  { ...PARCEL, id: '../../trials/0123456789abcdef/result.json' },
  // An id of the right length with allowed characters.
  { ...PARCEL, id: '-'.repeat(36) },
  { ...PARCEL, id: `${PARCEL.id}\n` },
  { ...PARCEL, id: [PARCEL.id] },
  { ...PARCEL, bytes: -1 },
  { ...PARCEL, bytes: 2 ** 40 },
  { ...PARCEL, sha256: '../../../etc/passwd' },
  '../outside',
];
const MAKES_NO_SENSE = { type: 'failed', kind: 'error', error: { code: 'E_MESSAGE' } };
/** Messages of a host about a running trial that must be refused. */
const hostileMessages: unknown[] = [
  null,
  7,
  'killed',
  [],
  {},
  say({ lease: { toString: 'x' } }),
  say({ lease: 'x'.repeat(1000) }),
  say({ host: 'here\u001b]0;title\u0007' }),
  say({ host: 'x'.repeat(1000) }),
  say({ message: 'started' }),
  say({ message: { type: 'end', end: { type: 'fatal' } } }),
  say({ message: { type: 'started' } }),
  say({ message: { type: 'started', resumedEpochs: [metrics(2)] } }),
  say({ message: { type: 'started', resumedEpochs: { length: 1 } } }),
  say({ message: { type: 'started', resumedEpochs: Array.from({ length: 99 }, (_, i) => metrics(i + 1)) } }),
  say({ message: { type: 'progress', progress: { phase: '<script>' } } }),
  ...['../../../../outside', -1, 0, 1.5, 99, null, 2 ** 53].map((epoch) =>
    say({ message: { type: 'epoch', metrics: { ...metrics(1), epoch } } }),
  ),
  say({ message: { type: 'epoch', metrics: { ...metrics(1), loss: 'NaN' } } }),
  say({ message: { type: 'epoch', metrics: { ...metrics(1), note: 'x'.repeat(10_000) } } }),
  say({ message: { type: 'warning', message: { toString: 'x' } } }),
  ...['../../../outside', 0, -1, 99, 1.5].map((epoch) =>
    say({ stored: { epoch, checkpoint: PARCEL, metrics: PARCEL } }),
  ),
  ...hostileParcels.flatMap((odd) => [
    say({ stored: { epoch: 1, checkpoint: odd, metrics: PARCEL } }),
    say({ stored: { epoch: 1, checkpoint: PARCEL, metrics: odd } }),
  ]),
];
/** Messages of a host about the end of a trial that must be refused. */
const hostileEnds: unknown[] = [
  null,
  'done',
  { host: 'here' },
  { host: 'here', end: { type: 'fatal', error: { name: 'Error', message: 'stop everything' } } },
  { host: 'here', end: { type: 'stopped', epoch: '../outside' } },
  { host: 'here', end: { type: 'stopped', epoch: 99 } },
  { host: 'here', end: { type: 'failed', kind: 'mine', error: { name: 'Error', message: '' } } },
  { host: 'here', end: { type: 'failed', kind: 'error' } },
  {
    host: 'here',
    end: { type: 'stopped', epoch: 1 },
    stored: { epoch: '../../outside', checkpoint: PARCEL, metrics: PARCEL },
  },
  {
    host: 'here',
    end: { type: 'stopped', epoch: 1 },
    stored: { epoch: 99, checkpoint: PARCEL, metrics: PARCEL },
  },
  ...hostileParcels.flatMap((odd) => [
    { host: 'here', end: { type: 'done' }, result: PARCEL, checkpoint: odd },
    { host: 'here', end: { type: 'done' }, result: odd, checkpoint: PARCEL },
  ]),
];

function metrics(epoch: number): EpochMetrics {
  const numbers = { learningRate: 0.1, trainNll: 1, trainError: 0.5, kl: 0, loss: 1, seconds: 1 };
  return { epoch, ...numbers };
}

withEachServer('a trial on a host, through $name', ({ start }) => {
  let server: TestServer;
  let backend: Backend;
  let folder: string;
  let inbox: Inbox;
  let connection: Connection;
  let queue: TrialQueue;
  let task: TrialTask;
  let jobId: string;
  /** Makes the host end the trial. */
  let release: (() => void) | undefined;
  let host: Worker<JobData, JobEnd> | undefined;

  beforeAll(async () => {
    server = await start();
    backend = await backendOf(server.url);
    await backend.check();
  });
  afterAll(() => server?.remove());
  beforeEach(async () => {
    folder = temporaryFolder();
    inbox = await openInbox(folder);
    const [planned] = (await tinyPlan()).trials;
    task = { planned: planned!, folder: join(folder, 'trial'), checkpointSeconds: 0 };
    mkdirSync(task.folder);
    jobId = jobIdOf(planned!.id);
    connection = backend.connect();
    queue = connection.queue<JobData, JobEnd>(`ending-${Date.now()}`);
  });
  afterEach(async () => {
    release?.();
    await host?.close();
    await queue.obliterate({ force: true });
    await queue.close();
    await connection.close();
  });

  /** Starts a host that takes the trial, and ends it in this way after `release`. */
  async function runOnHost(end: unknown): Promise<void> {
    const gate = new Promise<void>((resolve) => (release = resolve));
    host = connection.worker<JobData, JobEnd>(
      queue.name,
      async () => {
        await gate;
        return end as JobEnd;
      },
      { drainDelay: 1 },
    );
    await once(host, 'active');
  }
  async function parcel(bytes: Uint8Array, trial = task.planned.id): Promise<Parcel> {
    const id = randomUUID();
    await mkdir(join(inbox.folder, trial), { recursive: true });
    await writeFile(join(inbox.folder, trial, id), bytes);
    return { id, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  /** Polls the state repeatedly, as the executor does. */
  async function endOf(trial: RemoteTrial): Promise<TrialEnd> {
    let end: TrialEnd | undefined;
    void trial.end.then((ended) => (end = ended));
    await until(async () => {
      await trial.check();
      return end !== undefined;
    }, 'the end of the trial');
    return end!;
  }
  /** Resolves after the server has answered all earlier requests: sends a few more requests, one after the other. */
  async function answered(): Promise<void> {
    for (let asked = 0; asked < 5; asked++) await queue.getJob(jobId);
  }
  const finished = (): Promise<unknown> =>
    until(async () => (await queue.getJobState(jobId)) === 'completed', 'the end of the job');

  test('has an end that counts, also if it comes between two requests for its state', async () => {
    let ends = false;
    // The host ends the trial while each answer is on its way.
    const afterwards = async <T>(answer: T): Promise<T> => {
      if (ends) {
        release!();
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

  test('reports epochs in order: those after missing ones wait until a checkpoint brings the missing ones', async () => {
    const heard: string[] = [];
    const { planned } = task;
    const training = { ...planned.trial.training, epochs: 9 };
    task = { ...task, planned: { ...planned, trial: { ...planned.trial, training } } };
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
    const checkpoint = await parcel(checkpointBytes(3, task.planned.trial));
    say({ stored: { epoch: 3, checkpoint, metrics: await parcel(Buffer.from(lines)) } });
    say({ message: { type: 'epoch', metrics: metrics(4) } });
    await until(() => heard.includes('epoch 4'), 'the fourth epoch');
    expect(heard).toEqual(['started after 0', 'epoch 1', 'epoch 2', 'epoch 3', 'epoch 4']);
    trial.kill();
  });

  test('that is done counts, also if a stop arrives while its end is being looked up; later messages are ignored', async () => {
    const local = join(folder, 'local');
    await run(await tinyPlan(), { dir: local });
    const [text, checkpoint] = ['result.json', 'checkpoint.safetensors'].map((file) =>
      readFileSync(join(local, 'trials', task.planned.id, file)),
    );
    let answer!: () => void;
    const gate = new Promise<void>((resolve) => (answer = resolve));
    let asks = false;
    // The answer to the request of stop() arrives while the outcome of the trial is being read.
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
      of: (id) => ({
        ...inbox.of(id),
        async read(of) {
          answer();
          await answered();
          return inbox.of(id).read(of);
        },
      }),
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
    release!();
    await finished();
    asks = true;
    trial.stop();
    await trial.check();
    expect((await trial.end).type).toBe('done');
    await answered();
    expect(heard.map((said) => (said === 'the end' ? said : said.type))).toEqual(['started', 'the end']);
  });

  test.skipIf(!mayMount).each<[string, string, HostMessage['message']]>([
    ['an epoch can not be written down', '', { type: 'epoch', metrics: metrics(1) }],
    // The trial started before this process, which therefore reads the stored metrics.
    [
      'half a line of an earlier run can not be cut off',
      `${JSON.stringify(metrics(1))}\n{"epoch":`,
      { type: 'warning', message: '' },
    ],
  ])('ends the sweep on a full disk, like a local trial, when %s', async (_, log, message) => {
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

  test('fails if its host sends an invalid message, without harm to others', async () => {
    const before = await everything();
    for (const said of hostileMessages) {
      const trial = remoteTrial({ queue, inbox, backend }, task, () => undefined);
      await until(async () => (await queue.getJobState(jobId)) === 'waiting', 'the job');
      trial.onProgress(said);
      expect(await trial.end, JSON.stringify(said)).toMatchObject(MAKES_NO_SENSE);
    }
    expect(await everything()).toEqual(before);
  });

  test('fails if its host ends it in an invalid way, without harm to others', async () => {
    const before = await everything();
    const ends = [...hostileEnds];
    host = connection.worker<JobData, JobEnd>(queue.name, () => Promise.resolve(ends.shift() as JobEnd), {
      drainDelay: 1,
    });
    for (const said of hostileEnds) {
      const trial = remoteTrial({ queue, inbox, backend }, task, () => undefined);
      expect(await endOf(trial), JSON.stringify(said)).toMatchObject(MAKES_NO_SENSE);
    }
    expect(ends).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  test('ignores all messages of a host that was given up', async () => {
    const trial = remoteTrial({ queue, inbox, backend }, task, () => undefined);
    await runOnHost(FAILED);
    trial.onProgress({ lease: 'one', host: 'here', message: { type: 'started', resumedEpochs: [] } });
    for (const said of [null, { lease: 'two' }, { lease: 'two', host: 'here', message: 7 }])
      trial.onProgress(said);
    release!();
    expect(await endOf(trial)).toEqual(FAILED.end);
  });

  test('fails if its host sends files of another trial, without harm to that trial', async () => {
    await haveResults();
    let end: JobEnd = FAILED;
    host = connection.worker<JobData, JobEnd>(queue.name, () => Promise.resolve(end), { drainDelay: 1 });
    const weights = await parcel(own.weights);
    const handed: Record<string, Partial<JobEnd>> = {
      nothing: {},
      'the result of another trial': { result: await parcel(theirs.text), checkpoint: weights },
      'a checkpoint of another trial': {
        result: await parcel(lyingResult()),
        checkpoint: await parcel(theirs.weights),
      },
      'what has arrived for another trial': {
        result: await parcel(own.text, 'f'.repeat(16)),
        checkpoint: weights,
      },
      'no result': { result: await parcel(Buffer.from('{}')), checkpoint: weights },
      'epochs out of order': { result: await parcel(disordered()), checkpoint: weights },
    };
    const before = await everything();
    for (const [what, files] of Object.entries(handed)) {
      end = { host: 'here', end: { type: 'done' }, ...files };
      const trial = remoteTrial({ queue, inbox, backend }, task, () => undefined);
      expect(await endOf(trial), what).toMatchObject({ ...MAKES_NO_SENSE, error: { code: 'E_PARCEL' } });
    }
    expect(await everything()).toEqual(before);
  });

  let own: { text: Buffer; weights: Buffer };
  let theirs: { text: Buffer; weights: Buffer };
  /** Results of this trial and of another one, both run in this process. */
  async function haveResults(): Promise<void> {
    const plan = await tinyPlan({ seeds: [0, 1] });
    const dir = join(folder, 'local');
    await run(plan, { dir });
    const [first, second] = plan.trials.map(({ id }) => ({
      text: readFileSync(join(dir, 'trials', id, 'result.json')),
      weights: readFileSync(join(dir, 'trials', id, 'checkpoint.safetensors')),
    }));
    [own, theirs] = [first!, second!];
  }
  const changed = (change: Partial<TrialResult>): Buffer =>
    Buffer.from(sealResult({ ...unsealResult(own.text.toString('utf8'), task.planned.id), ...change }));
  const lyingResult = (): Buffer =>
    changed({ checkpointSha256: createHash('sha256').update(theirs.weights).digest('hex') });
  const disordered = (): Buffer => changed({ epochs: [metrics(2), metrics(1)] });

  /** All files and their contents. */
  async function everything(): Promise<Record<string, string>> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    return Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'latin1')]));
  }
});
