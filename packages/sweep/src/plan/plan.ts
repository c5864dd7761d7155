import { BbbError, suggest, type PlannedTrial, type Registry } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { checkCompetition } from '../search/competition.js';
import { createScheduler } from '../search/scheduler.js';
import { createSearcher, type Proposal, type Searcher } from '../search/searcher.js';
import { configurer, seeded } from './configurer.js';
import { gridPoints } from './grid.js';
import { networksOf } from './networks.js';

/** A sweep's trials, each with all its options filled in. Plain JSON, except `search`. */
export interface Plan {
  readonly config: SweepConfig;
  /** Seed by seed, so that a sweep cut short compares all configurations on the same seeds. */
  readonly trials: readonly PlannedTrial[];
  /** A search that proposes trials from the results of earlier ones. `trials` is then empty. */
  readonly search?: Searcher;
}

/**
 * Resolves a configuration into trials: names are looked up, options are checked by their owners' schemas and
 * completed with their defaults. Each training option comes from the first of these that has it: the grid, the sweep, the
 * method's entry, the method, `DEFAULT_TRAINING`. Pure: the same input gives the same ids in the same order.
 *
 * @param config a checked configuration, of `parseSweepConfig`
 * @param registry all that plugins contribute
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`, `E_SWEEP_CONFIG`; `E_DUPLICATE_TRIAL` for two equal configurations
 */
export function planSweep(config: SweepConfig, registry: Registry): Plan {
  checkSearch(config);
  checkSelection(config);
  checkSize(config);
  checkAnswer(config);
  // Checks the options of the scheduler now, before a folder is made.
  createScheduler(config, registry);
  const search = createSearcher(config, registry);
  if (search) return search.adaptive ? { config, trials: [], search } : { config, trials: inAdvance(search) };
  const configure = configurer(config, registry);
  const configurations = networksOf(config, registry).flatMap((network) =>
    config.methods.flatMap((entry) =>
      gridPoints(entry.grid ?? {}).map((point) => configure(entry, network, point)),
    ),
  );
  refuseDuplicates(configurations);
  const trials = config.seeds.flatMap((seed) =>
    configurations.map((configuration) => seeded(configuration, seed)),
  );
  checkCompetition(config, trials, registry);
  return { config, trials };
}

/** The whole plan is held in memory and in one file. A grid with a few paths too many would fit into neither. */
const MOST_TRIALS = 1_000_000;

function checkSize({ hidden, networks = [], methods, seeds, search }: SweepConfig): void {
  const sizes = hidden.length + networks.length;
  const points = methods.map(({ grid = {} }) =>
    Object.values(grid).reduce((product, values) => product * values.length, 1),
  );
  const configurations = search?.trials ?? sizes * points.reduce((sum, own) => sum + own);
  const trials = configurations * seeds.length;
  if (trials <= MOST_TRIALS) return;
  throw new BbbError(
    'E_SWEEP_CONFIG',
    `This sweep has ${trials} trials: ${configurations} configurations with ${seeds.length} seeds each; the limit is ${MOST_TRIALS}.`,
    { hint: 'Remove values from its grids, or search: --trials 100 tries 100 configurations only.' },
  );
}

/** All trials of a search that does not learn from results, seed by seed. */
function inAdvance(search: Searcher): PlannedTrial[] {
  const proposals: Proposal[] = [];
  const rows = Array.from({ length: search.total }, () => {
    const { proposal, trials } = search.propose(proposals, []);
    proposals.push(proposal);
    return trials;
  });
  return rows[0]!.flatMap((_, seed) => rows.map((trials) => trials[seed]!));
}

/** Validation examples that selection may look at. */
function forSelection({ validation, calibration = 0 }: SweepConfig): number {
  return validation - calibration;
}

function checkSearch(config: SweepConfig): void {
  const { search, methods, validation } = config;
  if (!search) return;
  const networks = config.hidden.length + (config.networks?.length ?? 0);
  if (search.trials !== undefined && Object.keys(search.space).length + methods.length + networks === 2) {
    throw new BbbError(
      'E_SWEEP_CONFIG',
      'A search has nothing to choose from: there is one method, one network and no "space".',
      {
        hint: 'Add what it may choose with --space PATH=KIND:LOW:HIGH, e.g. training.optimizer.learningRate=logUniform:1e-4:1e-1.',
      },
    );
  }
  if (validation > 0 && forSelection(config) === 0) {
    throw new BbbError(
      'E_SWEEP_CONFIG',
      'A search compares validation errors, but "calibration" takes all of "validation".',
      { hint: 'Hold out more than "calibration" takes, e.g. --validation 10000 --calibration 5000.' },
    );
  }
  if (validation === 0) {
    throw new BbbError('E_SWEEP_CONFIG', 'A search compares validation errors, but "validation" is 0.', {
      hint: 'Hold some examples out, e.g. --validation 10000.',
    });
  }
  const grid = methods.find((entry) => Object.keys(entry.grid ?? {}).length > 0);
  if (search.trials !== undefined && grid) {
    throw new BbbError(
      'E_SWEEP_CONFIG',
      `"${grid.label}" has a grid, but a search takes its values from "space".`,
      {
        hint: 'Move the values of the grid into the space: {kind: "choice", values: [...]}.',
      },
    );
  }
}

/** Refuses a comparison with a method or sparsity that the sweep does not have. */
function checkAnswer({ answer = {}, methods, pruning }: SweepConfig): void {
  const { reference, sparsity } = answer;
  const labels = methods.map(({ label }) => label);
  if (reference !== undefined && !labels.includes(reference)) {
    throw new BbbError(
      'E_SWEEP_CONFIG',
      `"answer.reference" is "${reference}", but no method has this label.`,
      {
        hint: `${suggest(reference, labels)}Labels: ${labels.join(', ')}.`,
      },
    );
  }
  if (sparsity !== undefined && !pruning.shares.includes(sparsity)) {
    throw new BbbError(
      'E_SWEEP_CONFIG',
      `"answer.sparsity" is ${sparsity}, but no network is pruned to it.`,
      {
        hint: `Choose one of "pruning.shares" (${pruning.shares.join(', ')}), or add it there with --prune.`,
      },
    );
  }
}

function checkSelection(config: SweepConfig): void {
  if (config.select === 'last' || forSelection(config) > 0) return;
  if (config.validation > 0) {
    throw new BbbError(
      'E_SWEEP_CONFIG',
      '"select": "best" chooses by validation errors, but "calibration" takes all of "validation".',
      { hint: 'Hold out more than "calibration" takes, e.g. --validation 10000 --calibration 5000.' },
    );
  }
  throw new BbbError(
    'E_SWEEP_CONFIG',
    '"select": "best" chooses by validation errors, but "validation" is 0.',
    {
      hint: 'Hold some examples out, e.g. --validation 10000, or keep the last weights: --select last.',
    },
  );
}

function refuseDuplicates(
  named: readonly { readonly label: string; readonly variant: string; readonly configuration: string }[],
): void {
  const seen = new Map<string, string>();
  for (const { label, variant, configuration } of named) {
    const name = `${label} ${variant}`.trim();
    const earlier = seen.get(configuration);
    if (earlier !== undefined) {
      throw new BbbError('E_DUPLICATE_TRIAL', `"${earlier}" and "${name}" are the same configuration.`, {
        hint: 'Leave one of them out.',
      });
    }
    seen.set(configuration, name);
  }
}
