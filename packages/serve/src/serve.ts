import { createAccess, newToken } from './access.js';
import { loadAssets } from './assets.js';
import { createFeed } from './feed.js';
import { isLoopback } from './guard.js';
import { createHandler } from './handler.js';
import { openServer, type Serving } from './listen.js';
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
  const serving = await openServer(handler, host, port, token);
  return {
    ...serving,
    close: async () => {
      await Promise.all([serving.close(), report.close()]);
    },
  };
}
