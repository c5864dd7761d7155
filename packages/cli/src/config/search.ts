import type { Registry } from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import type { SearchFlags } from '../options/search.js';
import type { Json } from './path.js';

/** The configuration with the search that the flags describe. */
export function withSearch(config: Json, flags: SearchFlags, registry: Registry): Json {
  const { sampler, trials, space, scheduler, objective } = flags;
  const base = (config['search'] ?? {}) as Json;
  /** Options are kept if the name stays the same. */
  const use = (kind: 'sampler' | 'scheduler', name: string): Json => {
    registry.get(`${kind}s`, name);
    const before = base[kind] as { readonly use?: string } | undefined;
    return { [kind]: before?.use === name ? before : { use: name, options: {} } };
  };
  const search: Json = {
    ...base,
    ...(sampler === undefined ? {} : use('sampler', sampler)),
    ...(scheduler === undefined ? {} : use('scheduler', scheduler)),
    ...(trials === undefined ? {} : { trials }),
    ...(objective === undefined ? {} : { objective }),
    ...(space
      ? {
          space: {
            ...(base['space'] as Json | undefined),
            ...Object.fromEntries(space.map((axis) => [axis.path, axis.dimension])),
          },
        }
      : {}),
  };
  if (objective !== undefined && !('trials' in search) && !('scheduler' in search)) {
    throw new UsageError(
      '--objective has no effect without a search or a scheduler.',
      'Add --trials N with --space PATH=KIND:LOW:HIGH, or --scheduler NAME.',
    );
  }
  return Object.keys(search).length === 0 ? config : { ...config, search };
}
