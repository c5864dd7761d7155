import { canonicalJson, type Trial } from '@bbb/core';

/**
 * What tells a trial apart from others with the same label: `learningRate=0.001 pi=0.5`, or nothing when they agree in
 * all but the seed. Data set and network size are not named: they are the setting.
 */
export function describeDifferences(trial: Trial, peers: readonly Trial[]): string {
  const own = flatten(comparable(trial));
  const others = peers.map((peer) => flatten(comparable(peer)));
  return [...own]
    .filter(([path, value]) => others.some((other) => other.get(path) !== value))
    .map(([path, value]) => `${path.split('.').at(-1)}=${value}`)
    .join(' ');
}

function comparable({ seed: _seed, hidden: _hidden, data, ...rest }: Trial): unknown {
  const { use: _use, options: _options, ...split } = data;
  return { ...rest, data: split };
}

/** Leaves by path (`training.epochs`), as text; arrays are leaves. */
export function flatten(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Map([[path, typeof value === 'string' ? value : canonicalJson(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, member]) => [...flatten(member, path ? `${path}.${key}` : key)]),
  );
}
