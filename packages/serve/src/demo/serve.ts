import type { RequestListener } from 'node:http';
import { createAccess, newToken, type Access } from '../access.js';
import { isLoopback, refuse } from '../guard.js';
import { openServer, type Serving } from '../listen.js';
import { respond, text, type Answer } from '../respond.js';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
};

/** The policy that the page itself contains, as a header. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface ServeFilesOptions {
  /** Files by name. No path of a request reaches the file system. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Host and port as in {@link serveSweep}. */
  readonly host?: string;
  readonly port?: number;
}

/**
 * Serves the page of a network from memory.
 *
 * @param options files by their path in the page, as {@link demoFiles} makes them, and where to listen. Default: 127.0.0.1, port 8080
 * @throws the errors of {@link serveSweep}, except those about the folder
 */
export async function serveFiles({
  files,
  host = '127.0.0.1',
  port = 8080,
}: ServeFilesOptions): Promise<Serving> {
  const loopback = isLoopback(host);
  const token = loopback ? undefined : newToken();
  const access = token === undefined ? undefined : createAccess(token);
  return openServer(handlerOf(files, loopback, access), host, port, token);
}

function handlerOf(
  files: ReadonlyMap<string, Uint8Array>,
  loopback: boolean,
  access: Access | undefined,
): RequestListener {
  return (request, response) => {
    const head = request.method === 'HEAD';
    const refusal = refuse(request, loopback);
    if (refusal) {
      const allow = refusal.status === 405 ? { Allow: 'GET, HEAD' } : {};
      return respond(response, text(refusal.status, refusal.message, allow), head);
    }
    respond(response, access?.(request) ?? fileAt(files, request.url ?? '/'), head);
  };
}

function fileAt(files: ReadonlyMap<string, Uint8Array>, url: string): Answer {
  const name = url.replace(/[?#].*$/s, '').slice(1) || 'index.html';
  const body = files.get(name);
  if (!body) return text(404, 'There is no page at this address.');
  const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return { status: 200, type, body, policy: POLICY };
}
