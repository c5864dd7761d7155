import type { IncomingMessage } from 'node:http';

/** The answer to a refused request. */
export interface Refusal {
  readonly status: 400 | 403 | 405;
  readonly message: string;
}

/**
 * Refuses requests that no page of this server makes. Allowed are GET and HEAD, and, on a loopback address, only names that mean this
 * machine. A foreign page whose name was pointed to this machine (DNS rebinding) sends its own name.
 */
export function refuse({ method, headers }: IncomingMessage, loopback: boolean): Refusal | undefined {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, message: `${method} is not allowed: this page is read-only. Use GET or HEAD.` };
  }
  if (loopback && !isLoopback(hostOf(headers.host))) {
    return {
      status: 403,
      message: `This server answers to localhost, not to "${headers.host ?? ''}".`,
    };
  }
  return undefined;
}

/** Whether an address or a name means this machine and can be reached from nowhere else. */
export function isLoopback(host: string | undefined): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host ?? '');
}

/** The name in a Host header, without its port and brackets. */
function hostOf(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d+)?$/i.exec(header ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
