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

/** The server between coordinator and hosts. All differences between Redis and PostgreSQL are behind this interface. */
export interface Backend {
  /** The name for people. */
  readonly name: 'Redis' | 'PostgreSQL';
  /** The address without its password. */
  readonly address: string;
  /**
   * Makes sure that the server answers and can be used.
   * @throws BbbError `E_QUEUE_DOWN` when it can't be reached, which may be temporary. Permanent: `E_QUEUE_ACCESS`,
   *   `E_QUEUE_DATABASE`, `E_QUEUE_VERSION`, `E_QUEUE_CLOCK`, `E_QUEUE`
   */
  check(): Promise<void>;
  connect(): Connection;
  /** Turns an error of the server into one that says what to do, where something can be done. */
  explain(thrown: unknown): unknown;
}

/** Queues over connections that keep every command: while the server is away, all commands wait. */
export interface Connection {
  queue<Data, Result>(name: string, options?: Omit<QueueOptions, 'connection'>): Queue<Data, Result>;
  events(name: string): QueueEvents;
  worker<Data, Result>(
    name: string,
    process: Processor<Data, Result>,
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker<Data, Result>;
  /** Closes the connection. Close everything made from it first. */
  close(): Promise<void>;
}

/**
 * The backend that an address names.
 * @throws BbbError `E_QUEUE_URL`
 */
export async function backendOf(url: string): Promise<Backend> {
  // Load only the client that is needed.
  return serverOf(url) === 'redis'
    ? (await import('./redis.js')).redisBackend(url)
    : (await import('./postgres.js')).postgresBackend(url);
}

/** Makes queues, events and workers from BullMQ's connection options. */
export function connectionOver(
  options: unknown,
  factory: BackendFactory<never, never> | undefined,
  close: () => Promise<void>,
): Connection {
  // BullMQ's types tie the options to the factory; here both come from the same file, so the cast is safe.
  const connection = options as ConnectionOptions;
  const backend = factory as unknown as undefined;
  return {
    queue: (name, more = {}) => new Queue(name, { ...more, connection }, backend),
    events: (name) => new QueueEvents(name, { connection }, backend),
    worker: (name, process, more) => new Worker(name, process, { ...more, connection }, backend),
    close,
  };
}
