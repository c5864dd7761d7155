import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BbbError, createRegistry, loadPlugins } from '@bbb/core';
import { usableCores } from '@bbb/sweep';
import { backendOf, type Backend } from '../backend/backend.js';
import { inTime } from '../in-time.js';
import { BOARD, type AnnouncementHead } from '../protocol.js';
import { pluginFiles } from '../requirements.js';
import { boardOver, unlessAborted, type Board } from './board.js';
import { asksTheSame, joinSweep, reach, type Membership } from './join.js';
import type { WorkerOptions } from './options.js';
import type { HostHas } from './refusal.js';
import { GOODBYE_MS, serve, type Service } from './serve.js';

/** How often the notice board and the trials are checked, milliseconds. */
const LOOK_MS = 1000;
/** A host leaves a sweep that had nothing to do for this long, if there is another, milliseconds. */
const SWITCH_MS = 10_000;

/**
 * Takes part in sweeps until it is stopped. It reads the notice board, takes trials of one sweep at a time, runs them in threads
 * of this process and hands over the results.
 *
 * @param options address of the queue, how many trials at a time (default: the cores there are), plugins to load
 * @throws BbbError `E_QUEUE_URL`; what `Backend.check` throws, except `E_QUEUE_DOWN`, because it waits for the queue; what plugins
 *   throw when they are loaded
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const backend = await backendOf(options.queue);
  const threads = options.workers ?? usableCores();
  const loaded = await loadPlugins(options.plugins, options.cwd);
  const pluginsNow = () => pluginFiles(options.plugins, loaded, options.cwd);
  const has = {
    registry: createRegistry(loaded),
    plugins: pluginsNow(),
    pluginsNow,
    dataDir: options.dataDir,
  };
  const idle = idleClock(options.idleSeconds ?? Infinity);
  if (!(await isThere(backend, options, idle.left))) return;
  const connection = backend.connect();
  const queue = connection.queue<unknown, unknown>(BOARD);
  queue.on('error', () => undefined);
  const scratch = await mkdtemp(join(tmpdir(), 'bbb-worker-'));
  options.say(
    `${hostname()}: ${threads} ${threads === 1 ? 'thread' : 'threads'}, waiting for sweeps at ${backend.address}`,
  );
  try {
    await serveInTurn(boardOver(queue, threads), has, idle, { ...options, backend, scratch, threads });
  } finally {
    // Removing may fail if the disk is what went wrong.
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined);
    await inTime(queue.disconnect(), GOODBYE_MS);
    await inTime(connection.close(), GOODBYE_MS);
  }
}

/** What a host works with. */
type HostOptions = WorkerOptions & {
  readonly backend: Backend;
  readonly scratch: string;
  readonly threads: number;
};

/** How long a host without work waits. */
interface IdleClock {
  /** Milliseconds that are left. */
  left(this: void): number;
  /** The host had work until now. */
  restart(): void;
}

function idleClock(seconds: number): IdleClock {
  let since = performance.now();
  return {
    left: () => seconds * 1000 - (performance.now() - since),
    restart: () => void (since = performance.now()),
  };
}

/** Takes part in one sweep after another, until there is none for too long. */
async function serveInTurn(board: Board, has: HostHas, idle: IdleClock, options: HostOptions): Promise<void> {
  const { signal } = options;
  /** Sessions of sweeps that this host can't take part in. */
  const refused = new Set<string>();
  let last: string | undefined;
  while (!signal.aborted) {
    const open = (await board.sweeps(signal, idle.left())).filter(({ session }) => !refused.has(session));
    // Sweeps take turns, so that this host does not wait for one whose coordinator died.
    const at = open.findIndex(({ queue }) => queue === last);
    const chosen = open[(at + 1) % open.length];
    if (!chosen) {
      if (idle.left() <= 0) return;
      await pause(signal);
      continue;
    }
    last = chosen.queue;
    const refuse = async (reason: string): Promise<void> => {
      refused.add(chosen.session);
      await board.note(chosen, reason);
    };
    const membership = await joinSweep(chosen, has, options);
    if (typeof membership === 'string') {
      options.say(`can't take part in the sweep in ${chosen.dir}: ${membership}`);
      await refuse(membership);
      continue;
    }
    await board.note(chosen);
    if ((await visit(membership, board, options, refuse)) === IDLE) return;
    idle.restart();
  }
}

/**
 * Takes part in one sweep, and says how it went.
 * @param refuse called with the reason if this host can't go on with the sweep
 * @returns {@link IDLE} when it had nothing to do for `idleSeconds`
 */
async function visit(
  membership: Membership,
  board: Board,
  options: HostOptions,
  refuse: (reason: string) => Promise<void>,
): Promise<typeof IDLE | undefined> {
  const { signal, say } = options;
  const { dir } = membership.announcement;
  say(`takes part in the sweep in ${dir}`);
  const reason = await takePart(membership, board, options);
  if (reason === IDLE) return IDLE;
  if (reason === CHANGED) {
    say(`the sweep in ${dir} was started again with other requirements`);
  } else if (reason !== undefined) {
    say(`leaves the sweep in ${dir}: ${reason}`);
    await refuse(reason);
  } else if (!signal.aborted) {
    say(`left the sweep in ${dir}: there is nothing more to do`);
  }
  return undefined;
}

const IDLE = Symbol('idle');
const CHANGED = Symbol('changed');

/**
 * Takes part in one sweep.
 * @returns the reason why this host can't go on, if there is one; {@link IDLE} if it had nothing to do for `idleSeconds`; {@link CHANGED} if
 * the sweep now needs other plugins, methods or data, so that it must join again
 */
async function takePart(
  { announcement: first, datasets, delivery }: Membership,
  board: Board,
  options: HostOptions,
): Promise<string | undefined | typeof IDLE | typeof CHANGED> {
  const { signal, kill, idleSeconds } = options;
  let current = delivery;
  let { session } = first;
  let service: Service | undefined;
  const ownOf = (sweeps: readonly AnnouncementHead[]) => sweeps.find(({ queue }) => queue === first.queue);
  const leaveAtOnce = (): void => void service?.leave('kill').catch(() => undefined);
  kill.addEventListener('abort', leaveAtOnce);
  try {
    const isCurrent = async (): Promise<boolean> => {
      const now = ownOf(await board.sweeps(signal));
      return now === undefined || asksTheSame(now, first);
    };
    service = serve(first, datasets, () => current, { ...options, isCurrent });
    while (!signal.aborted && service.broken === undefined) {
      const sweeps = await board.sweeps(signal);
      const now = ownOf(sweeps);
      if (!now) return undefined;
      if (now.session !== session) {
        // The coordinator was restarted and may listen at another address.
        const renewed = reach(now, options);
        if (typeof renewed === 'string') return renewed;
        current = renewed.delivery;
        session = now.session;
        if (!asksTheSame(now, first)) return CHANGED;
        await board.note(now);
        service.greet();
      }
      // While the server is away, this waits until it is back.
      await unlessAborted(service.poll(), signal);
      const idle = service.idle();
      if (idle > SWITCH_MS && sweeps.length > 1) return undefined;
      if (idleSeconds !== undefined && idle > idleSeconds * 1000) return IDLE;
      await pause(signal);
    }
    return service.broken;
  } finally {
    await service?.leave(kill.aborted ? 'kill' : 'stop');
    // The signal lives as long as this host. A listener left on it would keep the data of this sweep in memory.
    kill.removeEventListener('abort', leaveAtOnce);
  }
}

/** Waits for the server, which may be started after its workers. */
async function isThere(
  backend: Backend,
  { signal, say }: WorkerOptions,
  idleLeft: () => number,
): Promise<boolean> {
  let said = false;
  while (!signal.aborted && idleLeft() > 0) {
    try {
      await backend.check();
      return true;
    } catch (error) {
      if (!(error instanceof BbbError) || error.code !== 'E_QUEUE_DOWN') throw error;
      if (!said) say(`${error.message} Waiting for it.`);
      said = true;
    }
    await pause(signal);
  }
  return false;
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
}
