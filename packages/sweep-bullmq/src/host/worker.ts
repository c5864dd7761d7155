import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRegistry, loadPlugins } from '@bbb/core';
import type { Datasets } from '@bbb/sweep/host';
import { Queue } from 'bullmq';
import { checkRedis, checkRedisUrl, connectionTo, publicAddress } from '../connection.js';
import { announcementSchema, BOARD, type Announcement, type HostNote } from '../protocol.js';
import { pluginFiles } from '../requirements.js';
import { sharedDelivery, uploadDelivery, type Delivery } from '../transfer/delivery.js';
import { inboxFolder } from '../transfer/inbox.js';
import type { WorkerOptions } from './options.js';
import { prepare } from './refusal.js';
import { serve, type Service } from './serve.js';

/** How often the notice board and the trials are looked at, milliseconds. */
const LOOK_MS = 1000;
/** A sweep that has had nothing to do for so long is left if there is another, milliseconds. */
const SWITCH_MS = 10_000;

/**
 * Takes part in sweeps until it is told to stop: reads the notice board, takes trials of one sweep at a time, runs them in
 * threads of this process, hands over what comes out.
 *
 * @throws BbbError `E_REDIS_URL`; what plugins throw when they are loaded
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  checkRedisUrl(options.redis);
  const { signal, say } = options;
  const threads = options.workers ?? availableParallelism();
  const loaded = await loadPlugins(options.plugins, options.cwd);
  const has = {
    registry: createRegistry(loaded),
    plugins: pluginFiles(options.plugins, loaded, options.cwd),
    dataDir: options.dataDir,
  };
  if (!(await redisIsThere(options))) return;
  const board = new Queue(BOARD, { connection: connectionTo(options.redis) });
  board.on('error', () => undefined);
  const scratch = await mkdtemp(join(tmpdir(), 'bbb-worker-'));
  /** By session: those that this host can't take part in. */
  const refused = new Set<string>();
  let last: string | undefined;
  let idleSince = performance.now();
  say(
    `${hostname()}: ${threads} ${threads === 1 ? 'thread' : 'threads'}, waiting for sweeps at ${publicAddress(options.redis)}`,
  );
  try {
    while (!signal.aborted) {
      const open = (await read(board, signal)).filter(({ session }) => !refused.has(session));
      // Round and round, so that a sweep whose coordinator died keeps nobody from the others.
      const at = open.findIndex(({ queue }) => queue === last);
      const chosen = open[(at + 1) % open.length];
      if (chosen) {
        last = chosen.queue;
        const delivery = deliveryOf(chosen, options);
        const prepared = typeof delivery === 'string' ? delivery : await prepare(chosen, has);
        if (typeof prepared === 'string') {
          refused.add(chosen.session);
          say(`can't take part in the sweep in ${chosen.dir}: ${prepared}`);
          await note(board, chosen, threads, prepared);
          continue;
        }
        await note(board, chosen, threads);
        say(`takes part in the sweep in ${chosen.dir}`);
        const reason = await takePart(chosen, prepared, { ...options, scratch, threads, board });
        if (reason === IDLE) return;
        if (reason !== undefined) {
          refused.add(chosen.session);
          say(`leaves the sweep in ${chosen.dir}: ${reason}`);
          await note(board, chosen, threads, reason);
        } else if (!signal.aborted) {
          say(`left the sweep in ${chosen.dir}: there is nothing more to do`);
        }
        idleSince = performance.now();
        continue;
      }
      const { idleSeconds } = options;
      if (idleSeconds !== undefined && performance.now() - idleSince > idleSeconds * 1000) return;
      await pause(signal);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await board.disconnect().catch(() => undefined);
  }
}

const IDLE = Symbol('idle');

/** @returns why this host can't go on, if it can't; {@link IDLE} when it had nothing to do for as long as it was told */
async function takePart(
  first: Announcement,
  datasets: Datasets,
  options: WorkerOptions & { readonly scratch: string; readonly threads: number; readonly board: Queue },
): Promise<string | undefined | typeof IDLE> {
  const { signal, kill, board, idleSeconds } = options;
  let current = deliveryOf(first, options) as Delivery;
  let { session } = first;
  let service: Service | undefined;
  try {
    service = serve(first, datasets, () => current, options);
    const atOnce = service;
    kill.addEventListener('abort', () => void atOnce.leave('kill'));
    while (!signal.aborted && service.broken === undefined) {
      const notices = await read(board, signal);
      const now = notices.find(({ queue }) => queue === first.queue);
      if (!now) return undefined;
      if (now.session !== session) {
        // Its coordinator was started again, and may listen elsewhere.
        const renewed = deliveryOf(now, options);
        if (typeof renewed === 'string') return renewed;
        current = renewed;
        session = now.session;
        await note(board, now, options.threads);
      }
      await service.poll();
      const idle = service.idle();
      if (idle > SWITCH_MS && notices.length > 1) return undefined;
      if (idleSeconds !== undefined && idle > idleSeconds * 1000) return IDLE;
      await pause(signal);
    }
    return service.broken;
  } finally {
    await service?.leave(kill.aborted ? 'kill' : 'stop');
  }
}

/** How to exchange files with a coordinator, or why that is not possible. */
function deliveryOf(
  announcement: Announcement,
  { dir: own, upload = false }: Pick<WorkerOptions, 'dir' | 'upload'>,
): Delivery | string {
  for (const dir of upload ? [] : [own, announcement.dir]) {
    if (dir !== undefined && existsSync(join(inboxFolder(dir), announcement.nonce)))
      return sharedDelivery(dir);
  }
  if (announcement.upload) return uploadDelivery(announcement.upload);
  if (upload) return 'it only uploads; start the sweep with --listen.';
  return `it does not see the folder ${announcement.dir}; give it as --dir, or start the sweep with --listen.`;
}

async function read(board: Queue, signal: AbortSignal): Promise<Announcement[]> {
  // While Redis is away, its answer takes until it is back.
  const jobs = await unlessAborted(board.getJobs(['waiting'], 0, -1, true), signal);
  return (jobs ?? []).flatMap((job) => {
    const parsed = announcementSchema.safeParse(job?.data);
    return parsed.success ? [parsed.data] : [];
  });
}

async function note(
  board: Queue,
  { queue, session }: Announcement,
  threads: number,
  refused?: string,
): Promise<void> {
  const line: HostNote = {
    host: hostname(),
    threads,
    session,
    ...(refused === undefined ? {} : { refused }),
  };
  // The sweep may be over by now.
  await board.addJobLog(`sweep-${queue}`, JSON.stringify(line), 1000).catch(() => undefined);
}

/** Waits for Redis, which may be started after its workers. */
async function redisIsThere({ redis, signal, say }: WorkerOptions): Promise<boolean> {
  let said = false;
  while (!signal.aborted) {
    try {
      await checkRedis(redis);
      return true;
    } catch (error) {
      if (!said) say(`${(error as Error).message} Waiting for it.`);
      said = true;
    }
    await pause(signal);
  }
  return false;
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
}
