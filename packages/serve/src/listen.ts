import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BbbError } from '@bbb/core';
import { hostsOf, inUrl } from './addresses.js';
import { isLoopback } from './guard.js';

/** A running server. */
export interface Serving {
  /**
   * The page's address on this machine, e.g. `http://127.0.0.1:8080/`. If others can reach the server, it contains the token that
   * allows access.
   */
  readonly url: string;
  /** Addresses for other machines, one for each address of this machine, if the server listens at all of them (`0.0.0.0`, `::`). */
  readonly others: readonly string[];
  /** Whether only this machine can reach it. */
  readonly loopback: boolean;
  /** Closes the server, and all open requests. */
  close(): Promise<void>;
}

/**
 * Listens until it is closed.
 * @param token the token in the addresses; undefined if only this machine can reach the server
 * @throws BbbError `E_PORT_TAKEN`, `E_PORT_DENIED`, `E_HOST`
 */
export async function openServer(
  handler: RequestListener,
  host: string,
  port: number,
  token: string | undefined,
): Promise<Serving> {
  const server = createServer(handler);
  await listen(server, host, port);
  const bound = server.address() as AddressInfo;
  const hosts = hostsOf(host, bound.address);
  const urlAt = (at: string): string =>
    `http://${inUrl(at)}:${bound.port}/${token === undefined ? '' : `?token=${token}`}`;
  return {
    url: urlAt(hosts.own),
    others: hosts.others.map(urlAt),
    loopback: isLoopback(host),
    close: async () => {
      const closed = new Promise<void>((done) => {
        server.close(() => done());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): BbbError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new BbbError('E_PORT_TAKEN', `Another program uses port ${port} of ${host}.`, {
        hint: 'Choose another with --port, or --port 0 for any that is free.',
        cause: error,
      });
    case 'EACCES':
      return new BbbError('E_PORT_DENIED', `You have no permission to listen on port ${port}.`, {
        hint: 'Choose a port from 1024, e.g. --port 8080.',
        cause: error,
      });
    default:
      return new BbbError('E_HOST', `Can't listen at ${host}: ${error.code ?? error.message}.`, {
        hint: 'Give an address of this machine, e.g. --host 127.0.0.1, or --host 0.0.0.0 for all of them.',
        cause: error,
      });
  }
}
