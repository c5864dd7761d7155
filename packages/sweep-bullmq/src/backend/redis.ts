import { BbbError } from '@bbb/core';
import { Redis } from 'ioredis';
import { publicAddress } from './address.js';
import { connectionOver, type Backend } from './backend.js';

export function redisBackend(url: string): Backend {
  const address = publicAddress(url);
  return {
    name: 'Redis',
    address,
    check: () => check(url, address),
    connect: () =>
      connectionOver(
        {
          url,
          maxRetriesPerRequest: null,
          // Redis may be restarted: soon again at first, then every two seconds.
          retryStrategy: (times: number): number => Math.min(100 * times, 2000),
        },
        undefined,
        () => Promise.resolve(),
      ),
    explain(thrown) {
      if (!(thrown instanceof Error) || !/\bOOM\b/.test(thrown.message)) return thrown;
      return new BbbError('E_QUEUE_FULL', 'Redis has no memory left for more trials.', {
        hint: 'Raise its maxmemory and run the same command again: finished trials are kept.',
        cause: thrown,
      });
    },
  };
}

async function check(url: string, address: string): Promise<void> {
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
    // The client passes over a database that does not exist.
    await client.select(client.options.db ?? 0);
  } catch (error) {
    throw redisError(last ?? (error as Error), address);
  } finally {
    client.disconnect();
  }
}

function redisError(cause: Error, address: string): BbbError {
  const reason = (cause.message || String((cause as NodeJS.ErrnoException).code)).replace(/\.$/, '');
  if (/^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH)/.test(reason)) {
    return new BbbError('E_QUEUE_ACCESS', `Redis at ${address} lets nobody in like this: ${reason}.`, {
      hint: 'Give the password in the address: redis://:password@host:6379 or redis://user:password@host:6379.',
      cause,
    });
  }
  if (/DB index/i.test(reason)) {
    return new BbbError('E_QUEUE_DATABASE', `Redis at ${address} has no such database: ${reason}.`, {
      hint: 'Give another number, or none, after the port.',
      cause,
    });
  }
  return new BbbError('E_QUEUE_DOWN', `Redis at ${address} does not answer: ${reason}.`, {
    hint: 'Start it (redis-server --appendonly yes --maxmemory-policy noeviction), or mend the address.',
    cause,
  });
}
