import {
  BbbError,
  cardinality,
  fold,
  inWords,
  missingFunctions,
  parseOptions,
  rootKey,
  unitUniform,
  type Observation,
  type PlannedTrial,
  type Point,
  type Registry,
  type Space,
} from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { configurer, seeded } from '../plan/configurer.js';
import { networksOf } from '../plan/networks.js';
import { choose, searchSpace } from './space.js';

/** One configuration that a search chose. Plain JSON. */
export interface Proposal {
  /** Number of the sampler's point that it came from. Points that were proposed before are skipped. */
  readonly index: number;
  readonly point: Point;
  readonly configuration: string;
}

/** Proposes the configurations of a sweep. Pure: everything that it depends on is an argument. */
export interface Searcher {
  /** Whether proposals depend on what was observed. */
  readonly adaptive: boolean;
  /** Number of configurations that have to finish before proposals depend on results. 0 if proposals never do, or always do. */
  readonly startup: number;
  /** Configurations in all. */
  readonly total: number;
  /**
   * The next configuration, other than all earlier ones, with its trials, one for each seed.
   * @throws BbbError `E_SEARCH_SPACE` when no other is found
   */
  propose(
    earlier: readonly Proposal[],
    history: readonly Observation[],
  ): { readonly proposal: Proposal; readonly trials: readonly PlannedTrial[] };
}

/** How many points of the sampler may be skipped for one proposal; after that, random points are tried. */
const PATIENCE = 100;
const MOST = 10_000;

/**
 * The search of a configuration. Undefined for a configuration without one.
 * @throws BbbError `E_SEARCH_SPACE`, `E_SWEEP_CONFIG`, `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export function createSearcher(config: SweepConfig, registry: Registry): Searcher | undefined {
  const { search } = config;
  if (search?.trials === undefined) return undefined;
  const total = search.trials;
  const networks = networksOf(config, registry);
  const space = searchSpace(config, networks);
  refuseTooFew(Object.values(space).map(cardinality), total);
  const name = search.sampler?.use ?? registry.list('samplers')[0]!.name;
  const definition = registry.get('samplers', name);
  const options = parseOptions(name, definition.options, search.sampler?.options ?? {});
  const sampler = definition.create(options);
  if (missingFunctions(sampler, ['suggest']).length > 0) {
    throw new BbbError(
      'E_SAMPLER',
      `create() of the sampler "${name}" returned ${inWords(sampler)}, which has no suggest().`,
      {
        hint: 'Let create() return { suggest(space, history, index, key) }, not a promise.',
      },
    );
  }
  const key = rootKey(search.seed);
  const configure = configurer(config, registry);
  const resolve = (point: Point) => {
    const { entry, network, hyperparameters, point: active } = choose(config, networks, space, point);
    return { ...configure(entry, network, hyperparameters), point: active };
  };
  // Finds paths that a method does not know, and values that its options do not allow, before the first trial.
  for (const u of [0, 0.5, 1 - 2 ** -53]) {
    const middle = Object.fromEntries(Object.keys(space).map((path) => [path, u]));
    config.methods.forEach((_, i) =>
      resolve('method' in space ? { ...middle, method: (i + 0.5) / config.methods.length } : middle),
    );
  }
  return {
    adaptive: definition.adaptive,
    startup: definition.adaptive ? (definition.startup?.(options) ?? 0) : 0,
    total,
    propose(earlier, history) {
      const known = new Set(earlier.map(({ configuration }) => configuration));
      const first = (earlier.at(-1)?.index ?? -1) + 1;
      for (let index = first; index < first + MOST; index++) {
        const point =
          index < first + PATIENCE
            ? checkedPoint(name, space, sampler.suggest(space, history, index, key))
            : Object.fromEntries(
                Object.keys(space).map((path) => [path, unitUniform(fold(key, 'other', index, path))]),
              );
        const resolved = resolve(point);
        if (known.has(resolved.configuration)) continue;
        const proposal = { index, point: resolved.point, configuration: resolved.configuration };
        return { proposal, trials: config.seeds.map((seed) => seeded(resolved, seed)) };
      }
      throw tooSmall(`only ${earlier.length} different configurations were found`);
    },
  };
}

/** @throws BbbError `E_SAMPLER` for a point that does not lie in the space */
function checkedPoint(sampler: string, space: Space, point: Point): Point {
  const given: Readonly<Record<string, unknown>> = Object(point);
  const paths = [...new Set([...Object.keys(space), ...Object.keys(given)])];
  const wrong = paths.filter((path) => !Object.hasOwn(space, path) || !isCoordinate(given[path]));
  if (wrong.length === 0) return point;
  const values = wrong.slice(0, 5).map((path) => `${path}: ${inWords(given[path])}`);
  const words = `${values.join(', ')}${wrong.length > values.length ? ', ...' : ''}`;
  throw new BbbError(
    'E_SAMPLER',
    `The sampler "${sampler}" suggested something that is not a point of the space (${words}).`,
    {
      hint: 'suggest() returns a number in [0, 1) for every path of the space and no other, at once.',
    },
  );
}

function isCoordinate(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < 1;
}

function refuseTooFew(cardinalities: readonly number[], total: number): void {
  const most = cardinalities.reduce((product, each) => product * each, 1);
  if (most < total) throw tooSmall(`it has ${most} configurations, but --trials is ${total}`);
}

function tooSmall(reason: string): BbbError {
  return new BbbError('E_SEARCH_SPACE', `The space is too small: ${reason}.`, {
    hint: 'Choose fewer --trials, or widen the space.',
  });
}
