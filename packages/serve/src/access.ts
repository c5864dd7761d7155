import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text, type Answer } from './respond.js';

/** Decides whether a request is allowed: undefined if it is, otherwise the answer to send instead. */
export type Access = (request: IncomingMessage) => Answer | undefined;

/** 144 random bits. Whoever knows the address with this token may read the page. */
export function newToken(): string {
  return randomBytes(18).toString('base64url');
}

/**
 * A browser that opens `/?token=TOKEN` gets a cookie and is sent to the page, so that the token leaves the address bar. Scripts send
 * `Authorization: Bearer TOKEN`.
 */
export function createAccess(token: string): Access {
  const right = digest(token);
  const isRight = (given: string | null | undefined): boolean =>
    given !== undefined && given !== null && timingSafeEqual(digest(given), right);
  return ({ url = '/', headers }) => {
    const name = cookieName(headers.host);
    if (isRight(cookieOf(headers.cookie, name)) || isRight(bearerOf(headers.authorization))) return undefined;
    const query = url.indexOf('?');
    if (query !== -1 && isRight(new URLSearchParams(url.slice(query)).get('token'))) {
      // Lax, so that the cookie is sent when the user follows a link to the page from elsewhere.
      return text(303, 'Welcome.', {
        Location: '/',
        'Set-Cookie': `${name}=${token}; Path=/; HttpOnly; SameSite=Lax`,
      });
    }
    return text(401, 'Open the whole address that bbb serve printed: it ends in ?token=...', {
      'WWW-Authenticate': 'Bearer',
    });
  };
}

/** Hashes a value, so that both sides of the comparison have the same length. */
function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

/** The cookie's name holds the port, because browsers send cookies to every port of a host. */
function cookieName(host = ''): string {
  return `bbb-${/:(\d+)$/.exec(host)?.[1] ?? 'serve'}`;
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  return header
    ?.split(/;\s*/)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}
