import { randomUUID } from 'node:crypto';
import { VERSION, type Executor, type ExecutorContext, type ExecutorFactory } from '@bbb/core';
import { backendOf } from '../backend/backend.js';
import { jobIdOf, type Announcement } from '../protocol.js';
import { inTime } from '../in-time.js';
import { pluginFiles, requirementsOf } from '../requirements.js';
import { openInbox, type Inbox } from '../transfer/inbox.js';
import { parseListen } from '../transfer/limits.js';
import { listen } from '../transfer/server.js';
import { announce, type Notice } from './board.js';
import { CAPACITY } from './capacity.js';
import { GOODBYE_MS, openConnections, passEvents } from './connections.js';
import { remoteTrial, type RemoteTrial } from './execution.js';
import { newsOf, type News } from './news.js';
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

/**
 * Runs trials on other machines. This process puts them into a queue; hosts that run `bbb worker` take them and hand over the results
 * as files, never through the queue. Only this process writes to the store. `start` throws what `backendOf` and `Backend.check`
 * throw, and `E_LISTEN`.
 *
 * @param options address of the queue; with `listen`, where machines that do not share the folder upload results
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
  const connections = openConnections(backend, name, news.connectionLost);
  const { queue, board, events } = connections;
  passEvents(events, trials, () => vacancy.look());
  const announcement = announcementOf(context, {
    queue: name,
    nonce: inbox.nonce,
    ...(server ? { upload: { url: server.url, token } } : {}),
  });
  const goodbye = async (): Promise<void> => {
    await server?.close();
    await connections.close();
  };
  const announced = events.waitUntilReady().then(() => announce(board, announcement));
  const notice = await announced.catch(async (error: unknown) => {
    // Files that hosts sent to an earlier run stay for the next one.
    await goodbye();
    throw backend.explain(error);
  });
  const timer = repeatedly(() => look(notice, news, trials), CHECK_MS);

  return {
    capacity,
    vacancy: () => vacancy.wait(),
    parallel: () => Math.max(1, [...trials.values()].filter(({ started }) => started).length),
    run(task, onMessage) {
      const trial = remoteTrial({ queue, inbox, backend }, task, onMessage);
      keepUntilEnd(trials, jobIdOf(task.planned.id), trial, () => vacancy.look());
      return trial;
    },
    forget: (trial) => forget(queue, jobIdOf(trial)),
    async close() {
      clearInterval(timer);
      // All trials have ended, so the queue is removed; hosts then see that there is nothing more to do.
      await inTime(clearUp(notice, news, queue), GOODBYE_MS);
      await goodbye();
      await clearInbox(inbox, warn);
    },
  };
}

/** Renews the notice, reports what hosts wrote on it, and asks for the state of every trial. */
async function look(notice: Notice, news: News, trials: ReadonlyMap<string, RemoteTrial>): Promise<void> {
  await notice.renew();
  news.report(await notice.news());
  for (const trial of trials.values()) await trial.check();
}

async function clearUp(notice: Notice, news: News, queue: TrialQueue): Promise<void> {
  news.report(await notice.news());
  await notice.remove();
  await queue.obliterate({ force: true });
}

/** Ends a job whose result is no longer needed. */
function forget(queue: TrialQueue, id: string): void {
  void queue
    .getJob(id)
    .then((job) => job && askFor(job, 'kill'))
    .catch(() => undefined);
}

/** What hosts must know before they take part. */
function announcementOf(
  { dir, needs, datasets, plugins, registry, cwd }: ExecutorContext,
  own: Pick<Announcement, 'queue' | 'nonce' | 'upload'>,
): Announcement {
  return {
    session: randomUUID(),
    bbb: VERSION,
    nodeMajor: Number(process.versions.node.split('.')[0]),
    ...requirementsOf(needs, datasets, pluginFiles(plugins, registry.plugins, cwd)),
    dir,
    ...own,
  };
}

/** Calls `look` regularly. While the server is away, a call waits until the server is back, so no call begins before the last has ended. */
function repeatedly(look: () => Promise<void>, everyMs: number): NodeJS.Timeout {
  let looking = false;
  return setInterval(() => {
    if (looking) return;
    looking = true;
    void look()
      .catch(() => undefined)
      .finally(() => (looking = false));
  }, everyMs);
}

function keepUntilEnd(
  trials: Map<string, RemoteTrial>,
  id: string,
  trial: RemoteTrial,
  gone: () => void,
): void {
  trials.set(id, trial);
  void trial.end.then(() =>
    // The sweep handles the end first, because the next proposal may depend on it.
    setImmediate(() => {
      // After an attempt was given up, the next one may already be here.
      if (trials.get(id) === trial) trials.delete(id);
      gone();
    }),
  );
}

/** A host may still be writing into the inbox, but its files are no longer needed. */
async function clearInbox(inbox: Inbox, warn: ExecutorContext['warn']): Promise<void> {
  await inbox.clear().catch((error: Error) => {
    warn(
      'W_INBOX',
      `Files that hosts sent are no longer needed, but could not be removed: ${error.message}.`,
    );
  });
}
