import { canonicalJson, type Trial } from '@bbb/core';

/** Digits of a fraction in a name, as in the plan's `variant`. */
const DIGITS = 5;

/**
 * Describes how a trial differs from others of its label: `learningRate=0.001 pi=0.5`. Empty if they differ only in the seed.
 * Data set, network and likelihood are left out, because they belong to the setting.
 * @param peers one trial for each configuration, including those to describe
 */
export function describer(peers: readonly Trial[]): (trial: Trial) => string {
  const values = new Map<string, Set<string | undefined>>();
  const all = peers.map((peer) => flatten(comparable(peer)));
  for (const path of new Set(all.flatMap((flat) => [...flat.keys()])))
    values.set(path, new Set(all.map((flat) => flat.get(path))));
  const describe = (flat: ReadonlyMap<string, string>, write: (value: string) => string): string =>
    [...flat]
      .filter(([path]) => values.get(path)!.size > 1)
      .map(([path, value]) => `${path.split('.').at(-1)}=${write(value)}`)
      .join(' ');
  const shortened = new Set(all.map((flat) => describe(flat, short)));
  const distinct = new Set(all.map((flat) => describe(flat, String)));
  return (trial) => describe(flatten(comparable(trial)), shortened.size === distinct.size ? short : String);
}

function short(value: string): string {
  const number = Number(value);
  return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(value) && !Number.isInteger(number)
    ? String(Number(number.toPrecision(DIGITS)))
    : value;
}

function comparable({
  seed: _seed,
  hidden: _hidden,
  network: _network,
  likelihood: _likelihood,
  data,
  ...rest
}: Trial): unknown {
  const { use: _use, options: _options, ...split } = data;
  return { ...rest, data: split };
}

/** Leaves by path (`training.epochs`), as text. Arrays count as leaves. */
export function flatten(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Map([[path, typeof value === 'string' ? value : canonicalJson(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, member]) => [...flatten(member, path ? `${path}.${key}` : key)]),
  );
}
