import type { Registry } from '@bbb/core';
import type { ConfigFlags } from '../options/config.js';
import type { Assignment } from '../parse/assignment.js';
import { setOptions } from '../options/data.js';
import { optionsOf } from '../run/executor.js';
import { overEntries } from './entries.js';
import { withAxis, withoutAxis } from './grid.js';
import { withLikelihood } from './likelihood.js';
import { withNetworks } from './networks.js';
import { withProcedure } from './procedure.js';
import { resolvePath, withValue, type Json, type Keys } from './path.js';

/** Paths of the flags that set a single member. */
const MEMBERS = {
  validation: 'validation',
  calibration: 'calibration',
  limit: 'limit',
  divisor: 'divisor',
  scaling: 'scaling',
  testFraction: 'testFraction',
  stratify: 'stratify',
  epochs: 'training.epochs',
  batch: 'training.batchSize',
  lr: 'training.optimizer.learningRate',
  select: 'select',
  prune: 'pruning.shares',
  scope: 'pruning.scope',
  include: 'pruning.include',
  exclude: 'pruning.exclude',
  layerShares: 'pruning.layerShares',
  finetuneEpochs: 'pruning.finetuneEpochs',
  samples: 'prediction.samples',
} as const satisfies Partial<Record<keyof ConfigFlags, string>>;

/** The configuration with all typed changes: named options first, then `--set`, then `--grid`. */
export function applyFlags(config: Json, flags: ConfigFlags, registry: Registry): Json {
  const named = Object.entries(MEMBERS).flatMap(([flag, path]): Assignment[] => {
    const value = flags[flag as keyof typeof MEMBERS];
    return value === undefined ? [] : [{ path, value }];
  });
  const changed = [...(flags.fastMath ? [{ path: 'numerics', value: 'relaxed' }] : []), ...named].reduce(
    assign,
    PARTS.reduce((changed, change) => change(changed, flags, registry), config),
  );
  return (flags.grid ?? []).reduce(withAxis, (flags.set ?? []).reduce(assign, changed));
}

/** Changes that concern more than one member. */
const PARTS: readonly ((config: Json, flags: ConfigFlags, registry: Registry) => Json)[] = [
  withPruners,
  withNetworks,
  withLikelihood,
  withProcedure,
  withData,
  withOptimizer,
];

function assign(given: Json, { path, value }: Assignment): Json {
  const keys = resolvePath(given, path);
  const config = overEntries(given, keys, value);
  return withValue(withoutGridOf(config, keys), keys, value) as Json;
}

/** Removes the preset's grid for a value that the user asked for by name. */
function withoutGridOf(config: Json, keys: Keys): Json {
  const [root, index, ...rest] = keys;
  if (root === 'training') return withoutAxis(config, keys.join('.'));
  return root === 'methods' && typeof index === 'number'
    ? withoutAxis(config, rest.join('.'), index)
    : config;
}

function withPruners(config: Json, { pruners }: ConfigFlags, registry: Registry): Json {
  if (!pruners) return config;
  const uses = pruners.map((use) => {
    registry.get('pruners', use);
    return { use, options: {} };
  });
  const keys = ['pruning', 'pruners'];
  return withValue(overEntries(config, keys, uses), keys, uses) as Json;
}

/** A new kind of optimiser starts from its own defaults, because the constants of the old one do not apply to it. */
function withOptimizer(config: Json, { optimizer: kind }: ConfigFlags): Json {
  if (kind === undefined) return config;
  const methods = config['methods'] as readonly Json[] | undefined;
  const ofKind = (owner: Json): Json => {
    const training = (owner['training'] ?? {}) as { readonly optimizer?: { readonly kind?: string } };
    if (training.optimizer?.kind === kind) return owner;
    return withValue(owner, ['training', 'optimizer'], { kind }) as Json;
  };
  const entries = methods?.map((entry) => (entry['training'] ? ofKind(entry) : entry));
  return { ...ofKind(config), ...(entries ? { methods: entries } : {}) };
}

function withOptions(use: Json, options: readonly Assignment[]): Json {
  if (options.length === 0) return use;
  return { ...use, options: { ...(use['options'] as Json | undefined), ...optionsOf(options) } };
}

/** Sets the data set. If it was the out-of-distribution set until now, the two sets change places. */
function withData(config: Json, flags: ConfigFlags, registry: Registry): Json {
  const { dataset, ood } = flags;
  const use = (name: string): Json => {
    registry.get('datasets', name);
    return { use: name, options: {} };
  };
  const { outOfDistribution, ...rest } = config;
  const outside = outOfDistribution as { readonly use: string } | undefined;
  const swapped = dataset !== undefined && outside?.use === dataset ? config['dataset'] : outside;
  const chosen = ood === undefined ? swapped : ood === 'none' ? undefined : use(ood);
  const main = dataset === undefined ? (rest['dataset'] as Json | undefined) : use(dataset);
  return {
    ...rest,
    ...(main === undefined ? {} : { dataset: withOptions(main, setOptions(flags)) }),
    ...(chosen === undefined ? {} : { outOfDistribution: chosen }),
  };
}
