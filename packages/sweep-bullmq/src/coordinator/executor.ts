import { randomUUID } from 'node:crypto';
import { VERSION, type Executor, type ExecutorContext, type ExecutorFactory } from '@bbb/core';
import { backendOf } from '../backend/backend.js';
import { BOARD, jobIdOf, type Announcement, type JobData, type JobEnd } from '../protocol.js';
import { inTime } from '../in-time.js';
import { pluginFiles, requirementsOf } from '../requirements.js';
import { openInbox } from '../transfer/inbox.js';
import { parseListen } from '../transfer/limits.js';
import { listen } from '../transfer/server.js';
import { announce } from './board.js';
import { CAPACITY } from './capacity.js';
import { remoteTrial, type RemoteTrial } from './execution.js';
import { newsOf } from './news.js';
import { queueName } from './queue-name.js';
import { askFor, type TrialQueue } from './remote-job.js';
import { vacancyOf } from './vacancy.js';

export interface BullmqOptions {
  /** `redis://:password@host:6379`, `rediss://host:6379`, `postgres://user:password@host:5432/database`. */
  readonly queue: string;
  /** `host:port` where hosts that don't share the sweep's folder can upload. Default: none can. */
  readonly listen?: string;
}

/** How often the state of every trial is asked for, since events may be missed, milliseconds. */
const CHECK_MS = 3000;
/** How long the server may take to answer at the end, milliseconds. */
const GOODBYE_MS = 5000;

/**
 * Runs trials on other machines. This process puts them into a queue; hosts that run `bbb worker` take them and hand over the results
 * as files, never through the queue. Only this process writes to the store. `start` throws what `backendOf` and `Backend.check`
 * throw, and `E_LISTEN`.
 */
export function bullmqExecutor(options: BullmqOptions): ExecutorFactory {
  return { capacity: CAPACITY, start: (context) => start(options, context) };
}

async function start(options: BullmqOptions, context: ExecutorContext): Promise<Executor> {
  const { dir, capacity, warn } = context;
  const address = options.listen === undefined ? undefined : parseListen(options.listen);
  const backend = await backendOf(options.queue);
  await backend.check();
  const name = await queueName(dir);
  const inbox = await openInbox(dir);
  const token = randomUUID();
  const server = address && (await listen(address, { dir, inbox: inbox.folder, token }));

  const trials = new Map<string, RemoteTrial>();
  const vacancy = vacancyOf(trials);
  const news = newsOf(warn, backend, server?.url);
  const connection = backend.connect();
  const queue: TrialQueue = connection.queue<JobData, JobEnd>(name, {
    defaultJobOptions: {
      // The sweep itself repeats failed trials. These attempts are for hosts that break.
      attempts: 3,
      backoff: { type: 'fixed', delay: 1000 },
      // Adding a job again does nothing as long as it exists.
      removeOnComplete: false,
      removeOnFail: false,
    },
  });
  const board = connection.queue<Announcement, unknown>(BOARD);
  const events = connection.events(name);
  queue.on('error', news.connectionLost);
  board.on('error', news.connectionLost);
  events.on('error', news.connectionLost);
  events.on('progress', ({ jobId, data }) => {
    trials.get(jobId)?.onProgress(data);
    vacancy.look();
  });
  for (const event of ['completed', 'failed'] as const) {
    events.on(event, ({ jobId }: { jobId: string }) => void trials.get(jobId)?.ended());
  }
  const announcement: Announcement = {
    queue: name,
    session: randomUUID(),
    bbb: VERSION,
    nodeMajor: Number(process.versions.node.split('.')[0]),
    ...requirementsOf(
      context.needs,
      context.datasets,
      pluginFiles(context.plugins, context.registry.plugins, context.cwd),
    ),
    dir,
    nonce: inbox.nonce,
    ...(server ? { upload: { url: server.url, token } } : {}),
  };
  const goodbye = async (): Promise<void> => {
    await server?.close();
    const connections = [events, queue, board];
    await inTime(Promise.all(connections.map((each) => each.close())), GOODBYE_MS);
    await inTime(Promise.all(connections.map((each) => each.disconnect())), GOODBYE_MS);
    await inTime(connection.close(), GOODBYE_MS);
  };
  const announced = events.waitUntilReady().then(() => announce(board, announcement));
  const notice = await announced.catch(async (error: unknown) => {
    // Files that hosts sent to an earlier run stay for the next one.
    await goodbye();
    throw backend.explain(error);
  });

  const look = async (): Promise<void> => {
    await notice.renew();
    news.tell(await notice.news());
    for (const trial of trials.values()) await trial.check();
  };
  const clearUp = async (): Promise<void> => {
    news.tell(await notice.news());
    await notice.remove();
    await queue.obliterate({ force: true });
  };
  // While the server is away, a look does not return until it is back.
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look()
      .catch(() => undefined)
      .finally(() => (looking = false));
  }, CHECK_MS);

  return {
    capacity,
    vacancy: () => vacancy.wait(),
    parallel: () => Math.max(1, [...trials.values()].filter(({ started }) => started).length),
    run(task, onMessage) {
      const id = jobIdOf(task.planned.id);
      const trial = remoteTrial({ queue, inbox, backend }, task, onMessage);
      trials.set(id, trial);
      void trial.end.then(() =>
        // The sweep handles the end first, because the next proposal may depend on it.
        setImmediate(() => {
          // After an attempt was given up, the next one may already be here.
          if (trials.get(id) === trial) trials.delete(id);
          vacancy.look();
        }),
      );
      return trial;
    },
    forget(trial) {
      void queue
        .getJob(jobIdOf(trial))
        .then((job) => job && askFor(job, 'kill'))
        .catch(() => undefined);
    },
    async close() {
      clearInterval(timer);
      // All trials have ended, so the queue is removed; hosts then see that there is nothing more to do.
      await inTime(clearUp(), GOODBYE_MS);
      await goodbye();
      // A host may still be writing into the inbox, but its files are no longer needed.
      await inbox.clear().catch((error: Error) => {
        warn(
          'W_INBOX',
          `What hosts sent is not needed any more, and could not be removed: ${error.message}.`,
        );
      });
    },
  };
}
