/** An address without what is secret in it: no password, no options. */
export function publicAddress(url: string): string {
  if (!/^[\w+.-]+:\/\//.test(url) || !URL.canParse(url))
    return url.replace(/^([\w+.-]+:\/\/)?.*@/s, '$1***@');
  const { protocol, username, host, pathname, searchParams } = new URL(url);
  const user = username === '' ? '' : `${username}@`;
  // PostgreSQL's way to name the folder of a socket.
  const folder = searchParams.get('host');
  return `${protocol}//${user}${host}${pathname === '/' ? '' : pathname}${folder === null ? '' : `?host=${folder}`}`;
}
