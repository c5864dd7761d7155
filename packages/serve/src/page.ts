import { randomBytes } from 'node:crypto';
import type { Asset } from './assets.js';
import type { Answer } from './respond.js';

/** The placeholder in the page's file for the nonce of its script. */
const PLACE = 'nonce=""';

/**
 * The page with a new nonce for each answer: only the script that the page names runs, and no script that was injected
 * into it.
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
