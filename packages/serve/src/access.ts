import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text, type Answer } from './respond.js';

/** Decides who may look: nothing for those who may, or what they are answered instead. */
export type Access = (request: IncomingMessage) => Answer | undefined;

/** 144 random bits: what an address says to let in whoever has it. */
export function newToken(): string {
  return randomBytes(18).toString('base64url');
}

/**
 * Whoever opens `/?token=TOKEN` gets a cookie and the page, without the token in the address; scripts say
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
      // Lax: the page that follows a link in a message is asked for with the cookie.
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

/** Of one length, whatever was sent. */
function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

/** Browsers send a cookie to every port of a host: each server has its own. */
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
