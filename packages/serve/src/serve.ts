import { createAccess, newToken } from './access.js';
import { loadAssets } from './assets.js';
import { isLoopback } from './guard.js';
import { createHandler } from './handler.js';
import { openServer, type Serving } from './listen.js';
import { oneSweep, severalSweeps, type Sites } from './sites.js';
import { isSweep, sweepsIn } from './sweeps.js';

export interface ServeOptions {
  /** Folder of a sweep, running or not, or a folder of such folders. It is only read. */
  readonly dir: string;
  /** Address to listen at. Default `127.0.0.1`: only this machine has access. At another address, a token is required. */
  readonly host?: string;
  /** Default 8080. 0 means any free port. */
  readonly port?: number;
  /** Milliseconds between two looks at the folder while a page is open. Default 1000. */
  readonly everyMs?: number;
}

/**
 * Shows a sweep's folder as a page, live while the sweep runs; of a folder of sweeps a list, and a page for each.
 *
 * @param options the folder, and where to listen. Default: 127.0.0.1, port 8080; port 0 takes any that is free
 * @throws BbbError `E_SWEEP_MISSING`, `E_NOT_A_SWEEP`, `E_STORE_DAMAGED`, `E_STORE_IO` of the folder; `E_PORT_TAKEN`,
 *   `E_PORT_DENIED`, `E_HOST` of the address; `E_SERVE_ASSETS` when the page was not built
 */
export async function serveSweep({
  dir,
  host = '127.0.0.1',
  port = 8080,
  everyMs = 1000,
}: ServeOptions): Promise<Serving> {
  const sites = await sitesOf(dir, everyMs);
  const loopback = isLoopback(host);
  const token = loopback ? undefined : newToken();
  const handler = createHandler({
    assets: await loadAssets(),
    sites,
    loopback,
    access: token === undefined ? undefined : createAccess(token),
  });
  const serving = await openServer(handler, host, port, token);
  return {
    ...serving,
    close: async () => {
      await Promise.all([serving.close(), sites.close()]);
    },
  };
}

async function sitesOf(dir: string, everyMs: number): Promise<Sites> {
  if (!(await isSweep(dir)) && (await sweepsIn(dir)).length > 0) return severalSweeps(dir, everyMs);
  const sites = oneSweep(dir, everyMs);
  // Fail now if this is not a sweep: otherwise only the browser would show the error.
  await (await sites.find('/'))?.site.look();
  return sites;
}
