import { networkInterfaces } from 'node:os';

/** The addresses at which other machines can reach this one, without link-local ones. */
export function externalAddresses(...families: readonly string[]): string[] {
  return Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .filter(({ family }) => families.includes(family))
    .map(({ address }) => address);
}

export const hasIPv6 = Object.values(networkInterfaces()).some((found) =>
  found?.some(({ address }) => address === '::1'),
);
