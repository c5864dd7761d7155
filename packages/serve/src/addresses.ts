import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Hosts for the addresses of a server. */
export interface Hosts {
  /** One under which this machine reaches it. */
  readonly own: string;
  /** Those under which other machines do, where it listens at every address of this one. */
  readonly others: readonly string[];
}

/**
 * @param host as it was asked for
 * @param bound the address that the server has: `0.0.0.0` and `::` are all of this machine, and no place to go to
 */
export function hostsOf(host: string, bound: string): Hosts {
  if (bound !== '0.0.0.0' && bound !== '::') return { own: host, others: [] };
  const others = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    // Browsers take no link-local addresses: they need the name of an interface.
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .filter(({ family }) => family === 'IPv4' || bound === '::')
    .map(({ address }) => address);
  return { own: bound === '::' ? '::1' : '127.0.0.1', others };
}

/** As it is written in a URL. */
export function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
