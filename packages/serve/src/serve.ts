import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BbbError } from '@bbb/core';
import { createAccess, newToken } from './access.js';
import { hostsOf, inUrl } from './addresses.js';
import { loadAssets } from './assets.js';
import { createFeed } from './feed.js';
import { isLoopback } from './guard.js';
import { createHandler } from './handler.js';
import { createLook } from './look.js';
import { createReport } from './report/report.js';

export interface ServeOptions {
  /** Folder of a sweep, running or not. Only read. */
  readonly dir: string;
  /** Address to listen at. Default `127.0.0.1`: this machine alone. At another one a token is asked for. */
  readonly host?: string;
  /** Default 8080; 0 for any that is free. */
  readonly port?: number;
  /** Milliseconds between two looks at the folder while somebody watches. Default 1000. */
  readonly everyMs?: number;
}

/** A running server. */
export interface Serving {
  /**
   * Where the page is for this machine, e.g. `http://127.0.0.1:8080/`; where others can reach it, with the token that lets
   * in whoever has it.
   */
  readonly url: string;
  /** Where it is for other machines, one for each address of this one, when it listens at all of them (`0.0.0.0`, `::`). */
  readonly others: readonly string[];
  /** Whether only this machine can reach it. */
  readonly loopback: boolean;
  /** Ends it, with all that is under way. */
  close(): Promise<void>;
}

/**
 * Shows a sweep's folder as a page, live while the sweep runs.
 * @throws BbbError `E_SWEEP_MISSING`, `E_NOT_A_SWEEP`, `E_STORE_DAMAGED`, `E_STORE_IO` of the folder; `E_PORT_TAKEN`,
 *   `E_PORT_DENIED`, `E_HOST` of the address; `E_SERVE_ASSETS` when the page was not built
 */
export async function serveSweep({
  dir,
  host = '127.0.0.1',
  port = 8080,
  everyMs = 1000,
}: ServeOptions): Promise<Serving> {
  const look = createLook(dir);
  // What is no sweep is told now, not to a browser.
  await look();
  const loopback = isLoopback(host);
  const token = loopback ? undefined : newToken();
  const feed = createFeed(look, everyMs);
  const report = createReport(dir);
  const handler = createHandler({
    dir,
    assets: await loadAssets(),
    feed,
    look,
    report: () => report.html(),
    loopback,
    access: token === undefined ? undefined : createAccess(token),
  });
  const server = createServer(handler);
  await listen(server, host, port);
  const bound = server.address() as AddressInfo;
  const hosts = hostsOf(host, bound.address);
  const urlAt = (at: string): string =>
    `http://${inUrl(at)}:${bound.port}/${token === undefined ? '' : `?token=${token}`}`;
  return {
    url: urlAt(hosts.own),
    others: hosts.others.map(urlAt),
    loopback,
    close: async () => {
      const closed = new Promise<void>((done) => {
        server.close(() => done());
      });
      server.closeAllConnections();
      await report.close();
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
      return new BbbError('E_PORT_TAKEN', `Port ${port} of ${host} is taken by another program.`, {
        hint: 'Choose another with --port, or --port 0 for any that is free.',
        cause: error,
      });
    case 'EACCES':
      return new BbbError('E_PORT_DENIED', `Port ${port} is not for everybody: permission denied.`, {
        hint: 'Choose one from 1024 on, e.g. --port 8080.',
        cause: error,
      });
    default:
      return new BbbError('E_HOST', `Can't listen at ${host}: ${error.code ?? error.message}.`, {
        hint: 'Give an address of this machine, e.g. --host 127.0.0.1, or --host 0.0.0.0 for all of them.',
        cause: error,
      });
  }
}
