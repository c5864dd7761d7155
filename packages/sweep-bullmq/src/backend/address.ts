import { BbbError } from '@bbb/core';

/**
 * The kind of server that an address names.
 * @throws BbbError `E_QUEUE_URL`
 */
export function serverOf(url: string): 'redis' | 'postgres' {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (/^rediss?:$/.test(protocol)) return 'redis';
  if (/^postgres(ql)?:$/.test(protocol)) return 'postgres';
  throw new BbbError(
    'E_QUEUE_URL',
    `"${publicAddress(url)}" is not the address of a Redis or PostgreSQL server.`,
    {
      hint: 'It looks like redis://:password@host:6379, rediss://host:6379 or postgres://user@host:5432/database.',
    },
  );
}

/** An address without its password and options. */
export function publicAddress(url: string): string {
  if (!/^[\w+.-]+:\/\//.test(url) || !URL.canParse(url))
    return url.replace(/^([\w+.-]+:\/\/)?.*@/s, '$1***@');
  const { protocol, username, host, pathname, searchParams } = new URL(url);
  const user = username === '' ? '' : `${username}@`;
  // PostgreSQL gives the folder of a socket as the parameter `host`.
  const folder = searchParams.get('host');
  return `${protocol}//${user}${host}${pathname === '/' ? '' : pathname}${folder === null ? '' : `?host=${folder}`}`;
}
