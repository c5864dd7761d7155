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
          // Redis may be restarting, so retry soon at first, then every two seconds.
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

/** How long Redis may take to answer, and to accept a connection, milliseconds. */
const ANSWER_MS = 5000;

async function check(url: string, address: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    // The ready check needs the right to INFO, and would wait forever without it.
    enableReadyCheck: false,
  });
  const database = client.options.db ?? 0;
  if (Number.isNaN(database)) throw redisError(new Error('its number is not an integer'), address);
  let last: Error | undefined;
  client.on('error', (error) => (last = error));
  try {
    await answered(
      (async () => {
        await client.connect();
        // The client ignores a database that does not exist, so select it here.
        await client.select(database);
        await tryRights(client);
      })(),
    );
  } catch (error) {
    throw redisError(last ?? (error as Error), address);
  } finally {
    client.disconnect();
  }
}

/** Limits the wait for an answer: the client would wait forever for a server that accepts a connection and says nothing. */
async function answered(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came back within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tries what BullMQ does: asks for the version, and writes by scripts. */
async function tryRights(client: Redis): Promise<void> {
  await client.info('server');
  try {
    const script = "redis.call('set', KEYS[1], '1', 'px', 1000) redis.call('del', KEYS[1])";
    await client.eval(script, 1, 'bull:bbb-check');
  } catch (error) {
    // Being out of memory may be temporary, so it is no reason to refuse the server.
    if (!/\bOOM\b/.test((error as Error).message)) throw error;
  }
}

function redisError(cause: Error, address: string): BbbError {
  const reason = (cause.message || String((cause as NodeJS.ErrnoException).code)).replace(/\.$/, '');
  if (/NOPERM/.test(reason)) {
    return new BbbError(
      'E_QUEUE_ACCESS',
      `This user may not do everything that BullMQ needs in Redis at ${address}: ${reason}.`,
      {
        hint: 'Allow scripts, INFO and the keys bull:*, e.g. ACL SETUSER name ~bull:* &* +@all.',
        cause,
      },
    );
  }
  if (/READONLY/.test(reason)) {
    return new BbbError('E_QUEUE_ACCESS', `Redis at ${address} is a replica that can't be written to.`, {
      hint: 'Give the address of its primary.',
      cause,
    });
  }
  if (/^(NOAUTH|WRONGPASS|ERR AUTH)/.test(reason)) {
    return new BbbError('E_QUEUE_ACCESS', `Redis at ${address} refuses this user or password: ${reason}.`, {
      hint: 'Give the password in the address: redis://:password@host:6379 or redis://user:password@host:6379.',
      cause,
    });
  }
  if (/DB index|not an integer/i.test(reason)) {
    return new BbbError('E_QUEUE_DATABASE', `Redis at ${address} has no such database: ${reason}.`, {
      hint: 'Give another number after the port, or leave it out.',
      cause,
    });
  }
  return new BbbError('E_QUEUE_DOWN', `Redis at ${address} does not answer: ${reason}.`, {
    hint: 'Start it (redis-server --appendonly yes --maxmemory-policy noeviction), or correct the address.',
    cause,
  });
}
