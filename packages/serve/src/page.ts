import { randomBytes } from 'node:crypto';
import type { Asset } from './assets.js';
import type { Answer } from './respond.js';

/** The placeholder in the page's file for the nonce of its script. */
const PLACE = 'nonce=""';

/**
 * The page, with a nonce of its own each time: only the script that the page names runs, and whatever else has come into it
 * does not.
 */
export function pageAnswer({ type, bytes }: Asset): Answer {
  const nonce = randomBytes(18).toString('base64');
  const body = Buffer.from(bytes).toString('utf8').replace(PLACE, `nonce="${nonce}"`);
  return { status: 200, type, body, policy: policyOf(nonce) };
}

function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
