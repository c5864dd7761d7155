import { BbbError } from '@bbb/core';
import { Redis } from 'ioredis';

/** What BullMQ connects with. It never gives a command up: while Redis is away, everything waits. */
export function connectionTo(url: string) {
  return {
    url,
    maxRetriesPerRequest: null,
    // Redis may be restarted: soon again at first, then every two seconds.
    retryStrategy: (times: number): number => Math.min(100 * times, 2000),
  };
}

/** The address without its password. */
export function publicAddress(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return url;
  }
}

/** @throws BbbError `E_REDIS_URL` */
export function checkRedisUrl(url: string): void {
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return;
  throw new BbbError('E_REDIS_URL', `"${publicAddress(url)}" is not the address of a Redis server.`, {
    hint: 'It looks like redis://host:6379 or rediss://:password@host:6379.',
  });
}

/**
 * Makes sure that Redis answers.
 * @throws BbbError `E_REDIS_URL`, `E_REDIS_DOWN`
 */
export async function checkRedis(url: string): Promise<void> {
  checkRedisUrl(url);
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let last: Error | undefined;
  client.on('error', (error) => (last = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const reason = (last ?? (error as Error)).message || String((last as NodeJS.ErrnoException).code);
    throw new BbbError('E_REDIS_DOWN', `Redis at ${publicAddress(url)} does not answer: ${reason}.`, {
      hint: 'Start it (redis-server --appendonly yes --maxmemory-policy noeviction), or mend --redis.',
      cause: error,
    });
  } finally {
    client.disconnect();
  }
}

/** What Redis refused, in words of our own where it is something to be done about. */
export function redisError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !/\bOOM\b/.test(thrown.message)) return thrown;
  return new BbbError('E_REDIS_FULL', 'Redis has no memory left for more trials.', {
    hint: 'Raise its maxmemory and run the same command again: finished trials are kept.',
    cause: thrown,
  });
}
