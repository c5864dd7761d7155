import { BbbError } from '@bbb/core';

/** Largest body of one upload request. */
export const CHUNK_BYTES = 4 * 2 ** 20;
/** Largest file that a host may hand over: a checkpoint of 80 million weights. */
export const LARGEST_FILE = 2 * 2 ** 30;

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** @throws BbbError `E_LISTEN` */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:]+)\]|([^:[\]/]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new BbbError('E_LISTEN', `"${text}" is not an address to listen on.`, {
    hint: 'Give host:port, e.g. --listen 0.0.0.0:7070 (port 0: any that is free).',
  });
}
