import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { REPORT_POLICY } from '@bbb/report';
import type { Access } from './access.js';
import type { Assets } from './assets.js';
import { trialDetail } from './detail.js';
import { streamEvents } from './events.js';
import type { Feed } from './feed.js';
import { refuse } from './guard.js';
import { pageAnswer } from './page.js';
import type { Snapshot } from './protocol.js';
import { headersOf, json, respond, text, type Answer } from './respond.js';

export interface Handled {
  readonly dir: string;
  readonly assets: Assets;
  readonly feed: Feed;
  readonly look: () => Promise<Snapshot>;
  readonly report: () => Promise<string>;
  /** Whether the server can be reached from this machine only. */
  readonly loopback: boolean;
  readonly access?: Access | undefined;
}

/** Answers every request; what goes wrong is told to whoever asked. */
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
  if (path === '/events') {
    response.writeHead(200, headersOf({ type: 'text/event-stream; charset=utf-8' }));
    if (head) response.end();
    else streamEvents(response, handled.feed);
    return;
  }
  respond(response, await pageAt(path, handled), head);
}

const TRIAL = /^\/api\/trials\/([0-9a-f]{16})$/;

async function pageAt(path: string, { dir, assets, look, report }: Handled): Promise<Answer> {
  const asset = assets.get(path);
  if (asset && path === '/') return pageAnswer(asset);
  if (asset) return { status: 200, type: asset.type, body: asset.bytes };
  if (path === '/api/state') return json(await look());
  if (path === '/report') {
    const policy = `${REPORT_POLICY}; frame-ancestors 'none'`;
    return { status: 200, type: 'text/html; charset=utf-8', body: await report(), policy };
  }
  const id = TRIAL.exec(path)?.[1];
  const detail = id === undefined ? undefined : await trialDetail(dir, id);
  if (detail) return json(detail);
  return text(404, id === undefined ? 'There is nothing here.' : `The sweep has no trial ${id}.`);
}
