import { createHash } from 'node:crypto';
import { BbbError } from '@bbb/core';

const HEAD = '{"sha256":"';
const DIGITS = 64;

/**
 * JSON text with its own SHA-256 in front, still one JSON document: `{"sha256":"...","<member>":<value>}`. Any changed
 * byte is found by {@link unseal}.
 */
export function seal(member: string, json: string): string {
  return `${HEAD}${sha256(json)}","${member}":${json}}\n`;
}

/** @throws BbbError `E_STORE_DAMAGED` saying what is wrong, but not of which file */
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

/**
 * Runs the checks of what was unsealed.
 * @throws BbbError `E_STORE_DAMAGED` also for what is nested too deep for them
 */
export function survives<T>(checks: () => T): T {
  try {
    return checks();
  } catch (error) {
    if (error instanceof RangeError) throw damaged('it is nested too deep');
    throw error;
  }
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function damaged(reason: string): BbbError {
  return new BbbError('E_STORE_DAMAGED', reason);
}
