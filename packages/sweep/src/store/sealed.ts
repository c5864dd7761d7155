import { createHash } from 'node:crypto';
import { BbbError } from '@bbb/core';

const HEAD = '{"sha256":"';
const DIGITS = 64;

/**
 * Puts the SHA-256 of a JSON text in front of it. The result is still one JSON document: `{"sha256":"...","<member>":<value>}`.
 * {@link unseal} finds any changed byte.
 */
export function seal(member: string, json: string): string {
  return `${HEAD}${sha256(json)}","${member}":${json}}\n`;
}

/** @throws BbbError `E_STORE_DAMAGED` saying what is wrong, without the name of the file */
export function unseal(member: string, text: string): unknown {
  const head = HEAD.length + DIGITS;
  const middle = `","${member}":`;
  const json = text.slice(head + middle.length, -2);
  if (!text.startsWith(HEAD) || !text.startsWith(middle, head) || !text.endsWith('}\n')) {
    throw damaged(text === '' ? 'it is empty' : 'it is cut short or was changed');
  }
  if (text.slice(HEAD.length, head) !== sha256(json)) throw damaged('its checksum is wrong');
  try {
    return JSON.parse(json);
  } catch {
    throw damaged('it is not JSON');
  }
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function damaged(reason: string): BbbError {
  return new BbbError('E_STORE_DAMAGED', reason);
}
