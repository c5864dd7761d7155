import {
  Queue,
  QueueEvents,
  Worker,
  type BackendFactory,
  type ConnectionOptions,
  type Processor,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';
import { serverOf } from './address.js';

/** The server at which coordinator and hosts meet. All that is different between Redis and PostgreSQL is behind this. */
export interface Backend {
  /** For people. */
  readonly name: 'Redis' | 'PostgreSQL';
  /** The address without its password. */
  readonly address: string;
  /**
   * Makes sure that it answers and can be used.
   * @throws BbbError `E_QUEUE_DOWN` when it can't be reached: it may be later. Not so: `E_QUEUE_ACCESS`,
   *   `E_QUEUE_DATABASE`, `E_QUEUE_VERSION`, `E_QUEUE_CLOCK`, `E_QUEUE`
   */
  check(): Promise<void>;
  connect(): Connection;
  /** What it refused, in words of our own where it is something to be done about. */
  explain(thrown: unknown): unknown;
}

/** Queues over connections that never give a command up: while the server is away, everything waits. */
export interface Connection {
  queue<Data, Result>(name: string, options?: Omit<QueueOptions, 'connection'>): Queue<Data, Result>;
  events(name: string): QueueEvents;
  worker<Data, Result>(
    name: string,
    process: Processor<Data, Result>,
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker<Data, Result>;
  /** Everything made from it has been closed. */
  close(): Promise<void>;
}

/**
 * The backend that an address names.
 * @throws BbbError `E_QUEUE_URL`
 */
export async function backendOf(url: string): Promise<Backend> {
  // Whoever uses one need not load the client of the other.
  return serverOf(url) === 'redis'
    ? (await import('./redis.js')).redisBackend(url)
    : (await import('./postgres.js')).postgresBackend(url);
}

/** What BullMQ makes of its own connection options, and of who they are for. */
export function connectionOver(
  options: unknown,
  factory: BackendFactory<never, never> | undefined,
  close: () => Promise<void>,
): Connection {
  // BullMQ's types tie the options to the factory; here both come from the same file.
  const connection = options as ConnectionOptions;
  const backend = factory as unknown as undefined;
  return {
    queue: (name, more = {}) => new Queue(name, { ...more, connection }, backend),
    events: (name) => new QueueEvents(name, { connection }, backend),
    worker: (name, process, more) => new Worker(name, process, { ...more, connection }, backend),
    close,
  };
}
