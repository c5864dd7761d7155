import type { ServerResponse } from 'node:http';

/** Content-Security-Policy of answers that are not pages: they must not run or load anything. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Content-Security-Policy; default: nothing may run or load anything. */
  readonly policy?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function headersOf({ type, policy = NOTHING, headers }: Omit<Answer, 'status' | 'body'>) {
  return {
    'Content-Type': type,
    'Content-Security-Policy': policy,
    'Cache-Control': 'no-store',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...headers,
  };
}

/** Sends an answer. For a HEAD request, it sends only the head. */
export function respond(response: ServerResponse, { status, body, ...rest }: Answer, head: boolean): void {
  response.writeHead(status, { ...headersOf(rest), 'Content-Length': Buffer.byteLength(body) });
  response.end(head ? undefined : body);
}

export function text(status: number, message: string, headers: Answer['headers'] = {}): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${message}\n`, headers };
}

export function json(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}
