import type { Backend } from '../backend/backend.js';
import type { HostNote } from '../protocol.js';

type Warn = (code: string, message: string) => void;

/** Messages about hosts and the server, each given once. */
export interface News {
  report(notes: readonly HostNote[]): void;
  connectionLost(this: void): void;
}

/** How long to wait for a host before saying how one joins, milliseconds. */
const LONELY_MS = 10_000;
/** The shortest time between two warnings of a lost connection, milliseconds. */
const REPEAT_MS = 30_000;

/** @param upload the address that hosts upload to, if there is one */
export function newsOf(warn: Warn, { name, address }: Backend, upload?: string): News {
  const began = performance.now();
  const refusals = new Set<string>();
  let lonely = true;
  let lost = -Infinity;
  return {
    report(notes) {
      for (const { host, threads, refused } of notes) {
        if (refused === undefined) {
          lonely = false;
          warn('I_HOST', `${host} has joined with ${threads} ${threads === 1 ? 'thread' : 'threads'}.`);
        } else if (!refusals.has(`${host} ${refused}`)) {
          refusals.add(`${host} ${refused}`);
          warn('W_REFUSED', `${host} can't take part: ${refused}`);
        }
      }
      if (lonely && performance.now() - began > LONELY_MS) {
        lonely = false;
        const to = upload === undefined ? '' : ` --upload-to ${new URL(upload).host}`;
        warn('W_NO_HOST', `No host has joined yet. On each of them: bbb worker --queue ${address}${to}`);
      }
    },
    connectionLost() {
      const now = performance.now();
      if (now - lost < REPEAT_MS) return;
      lost = now;
      warn(
        'W_SERVER',
        `The connection to ${name} at ${address} was lost; the sweep continues when it is back.`,
      );
    },
  };
}
