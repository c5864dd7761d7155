import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Hosts for the addresses of a server. */
export interface Hosts {
  /** A host name by which this machine reaches the server. */
  readonly own: string;
  /** Those by which other machines reach it, if the server listens at all addresses of this machine. */
  readonly others: readonly string[];
}

/**
 * @param host the host that the user asked for
 * @param bound the address that the server has; `0.0.0.0` and `::` stand for all addresses of this machine, and can't be opened
 */
export function hostsOf(host: string, bound: string): Hosts {
  if (bound !== '0.0.0.0' && bound !== '::') return { own: host, others: [] };
  const others = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    // Browsers can't open link-local addresses, because these need the name of an interface.
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .filter(({ family }) => family === 'IPv4' || bound === '::')
    .map(({ address }) => address);
  return { own: bound === '::' ? '::1' : '127.0.0.1', others };
}

/** A host in the form that a URL needs. */
export function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
