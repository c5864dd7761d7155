import { safeParse } from '@bbb/core';
import type { Registry } from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import type { ConfigFlags } from '../options/config.js';
import { optionsOf } from '../run/executor.js';
import type { Json } from './path.js';

type Flags = Pick<ConfigFlags, 'network' | 'networkOption' | 'hidden'>;
type Widths = readonly (readonly number[])[];

interface Named {
  readonly use: string;
  readonly options: Json;
}

/**
 * The configuration with the networks that the flags name. Widths, from `--hidden` or the preset, apply to every network that has an option
 * `hidden`. The first network of the registry with widths alone is written as `hidden` in the configuration.
 * @throws UsageError for widths or options that no network takes; BbbError `E_UNKNOWN_NAME`
 */
export function withNetworks(config: Json, flags: Flags, registry: Registry): Json {
  const asked = askedFor(config, flags, registry);
  if (asked === undefined) return flags.hidden ? { ...config, hidden: flags.hidden } : config;
  if (!flags.network && !flags.hidden) return config;
  const widths = flags.hidden ?? (flags.network ? (config['hidden'] as Widths | undefined) : undefined);
  const takes = ({ use }: Named): boolean => hasWidths(use, registry);
  if (flags.hidden && !asked.some(takes)) throw takesNoWidths(asked);

  const first = registry.list('networks')[0]!.name;
  const all = asked.flatMap((named): Named[] => {
    const wanted = takes(named) && (flags.hidden !== undefined || !('hidden' in named.options));
    if (!wanted || !widths || widths.length === 0) return [named];
    return widths.map((hidden) => ({ use: named.use, options: { ...named.options, hidden } }));
  });
  const plain = ({ use, options }: Named): boolean =>
    use === first && Object.keys(options).join() === 'hidden';
  const bare = ({ use, options }: Named): boolean => use === first && Object.keys(options).length === 0;
  const { hidden: _widths, networks: _networks, ...rest } = config;
  // This is the default network, which the configuration does not name.
  if (flags.network && all.every(bare)) return rest;
  const hidden = all.filter(plain).map(({ options }) => options['hidden']);
  const networks = all.filter((named) => !plain(named));
  const kept = flags.network ? hidden : [...((config['hidden'] ?? []) as Widths), ...hidden];
  return { ...rest, hidden: kept, ...(networks.length > 0 ? { networks } : {}) };
}

/** The networks that the flags name, or else those of the configuration. Undefined if neither names any. */
function askedFor(config: Json, { network, networkOption }: Flags, registry: Registry): Named[] | undefined {
  if (network === undefined) {
    if (networkOption) {
      throw new UsageError(
        '--network-option sets an option of a network, but no network is named.',
        'Name it with --network NAME; bbb plugins networks lists them.',
      );
    }
    return config['networks'] as Named[] | undefined;
  }
  if (networkOption && network.length > 1) {
    throw new UsageError(
      `--network-option sets an option of a single network, but --network names ${network.length}.`,
      'Give networks with options of their own in a configuration file: networks: [{ use, options }, ...].',
    );
  }
  return network.map((use) => {
    registry.get('networks', use);
    return { use, options: optionsOf(networkOption) };
  });
}

/** Whether a network has hidden layers whose widths can be chosen. */
function hasWidths(use: string, registry: Registry): boolean {
  const parsed = safeParse(registry.get('networks', use).options, { hidden: [1] });
  return parsed.success && 'hidden' in Object(parsed.data);
}

function takesNoWidths(asked: readonly Named[]): UsageError {
  const names = [...new Set(asked.map(({ use }) => use))];
  return new UsageError(
    `--hidden sets the widths of hidden layers, and ${names.map((name) => `"${name}"`).join(' and ')} has no such option.`,
    `Leave it out; bbb plugins ${names[0]} lists what --network-option can set.`,
  );
}
