import type { ServerResponse } from 'node:http';

/** Content-Security-Policy of the page: its own files and nothing else. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Default: {@link PAGE_POLICY}. */
  readonly policy?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function headersOf({ type, policy = PAGE_POLICY, headers }: Omit<Answer, 'status' | 'body'>) {
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

/** A whole answer; of one to HEAD, only its head. */
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
