import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { REPORT_POLICY } from '@bbb/report';
import type { Access } from './access.js';
import type { Assets } from './assets.js';
import { trialDetail } from './detail.js';
import { streamEvents } from './events.js';
import { refuse } from './guard.js';
import { pageAnswer } from './page.js';
import { headersOf, json, respond, text, type Answer } from './respond.js';
import type { Site } from './site.js';
import type { Sites } from './sites.js';
import type { ListSweeps } from './sweeps.js';

export interface Handled {
  readonly assets: Assets;
  readonly sites: Sites;
  /** Whether the server can be reached from this machine only. */
  readonly loopback: boolean;
  readonly access?: Access | undefined;
}

/** Answers every request, with status 500 and the message if an error is thrown. */
export function createHandler(handled: Handled): RequestListener {
  return (request, response) => {
    void answerTo(request, response, handled).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else respond(response, text(500, message), request.method === 'HEAD');
    });
  };
}

async function answerTo(request: IncomingMessage, response: ServerResponse, handled: Handled): Promise<void> {
  const head = request.method === 'HEAD';
  const refusal = refuse(request, handled.loopback);
  if (refusal) {
    const allow = refusal.status === 405 ? { Allow: 'GET, HEAD' } : {};
    return respond(response, text(refusal.status, refusal.message, allow), head);
  }
  const instead = handled.access?.(request);
  if (instead) return respond(response, instead, head);
  const path = (request.url ?? '/').replace(/[?#].*$/s, '');
  const { sites, assets } = handled;
  const listed = sites.list && (await listAt(path, assets, sites.list));
  if (listed) return respond(response, listed, head);
  const found = await sites.find(path);
  if (!found) return respond(response, text(404, 'There is no page at this address.'), head);
  if (found.path === '/events') return sendEvents(response, found.site, head);
  respond(response, await pageAt(found.path, found.site, assets), head);
}

function sendEvents(response: ServerResponse, { feed }: Site, head: boolean): void {
  response.writeHead(200, headersOf({ type: 'text/event-stream; charset=utf-8' }));
  if (head) response.end();
  else streamEvents(response, feed);
}

/** The list of several sweeps, and the files that its page loads. */
async function listAt(path: string, assets: Assets, list: ListSweeps): Promise<Answer | undefined> {
  if (path === '/') return pageAnswer(assets.get('/sweeps')!);
  if (path === '/api/sweeps') return json(await list());
  // Addresses inside a page are relative, so without the slash at the end they would be wrong.
  const name = /^\/sweeps\/([^/]+)$/.exec(path)?.[1];
  if (name !== undefined)
    return text(308, 'The page is in a folder of its own.', { Location: `/sweeps/${name}/` });
  const asset = path.endsWith('.js') || path.endsWith('.css') ? assets.get(path) : undefined;
  return asset && { status: 200, type: asset.type, body: asset.bytes };
}

const TRIAL = /^\/api\/trials\/([0-9a-f]{16})$/;

async function pageAt(path: string, site: Site, assets: Assets): Promise<Answer> {
  if (path === '/') return pageAnswer(assets.get('/')!);
  const asset = path.endsWith('.js') || path.endsWith('.css') ? assets.get(path) : undefined;
  if (asset) return { status: 200, type: asset.type, body: asset.bytes };
  if (path === '/api/state') return json(await site.look());
  if (path === '/report') {
    const policy = `${REPORT_POLICY}; frame-ancestors 'none'`;
    return { status: 200, type: 'text/html; charset=utf-8', body: await site.report(), policy };
  }
  const id = TRIAL.exec(path)?.[1];
  const detail = id === undefined ? undefined : await trialDetail(site.dir, id);
  if (detail) return json(detail);
  return text(404, id === undefined ? 'There is no page at this address.' : `The sweep has no trial ${id}.`);
}
