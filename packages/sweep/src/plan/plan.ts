import {
  BbbError,
  contentId,
  parseOptions,
  trialId,
  type DataOptions,
  type Method,
  type PlannedTrial,
  type PruningOptions,
  type Registry,
  type Trial,
  type Use,
} from '@bbb/core';
import { trainingPatchSchema } from '../config/training.js';
import type { MethodEntry, SweepConfig } from '../config/schema.js';
import { describePoint, gridPoints, overlay, settingsBelow, type Settings } from './grid.js';
import { mergeTraining } from './merge-training.js';

/** A sweep's trials, each complete: nothing is left to look up but code and data. Plain JSON. */
export interface Plan {
  readonly config: SweepConfig;
  /** Seed by seed, so that a sweep cut short compares all configurations on the same seeds. */
  readonly trials: readonly PlannedTrial[];
}

/**
 * Resolves a configuration into trials: names are looked up, options are checked by their owners' schemas and
 * completed with their defaults. Training options, the first that says something: the grid, the sweep, the
 * method's entry, the method, {@link DEFAULT_TRAINING}. Pure: the same input gives the same ids in the same order.
 *
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`, `E_SWEEP_CONFIG`; `E_DUPLICATE_TRIAL` for two equal configurations
 */
export function planSweep(config: SweepConfig, registry: Registry): Plan {
  const data = resolveData(config, registry);
  const configurations = config.hidden.flatMap((hidden) =>
    config.methods.flatMap((entry) =>
      gridPoints(entry.grid ?? {}).map((point) => ({
        label: entry.label,
        variant: [...(config.hidden.length > 1 ? [hidden.join('-') || 'linear'] : []), describePoint(point)]
          .filter((part) => part !== '')
          .join(' '),
        trial: resolveTrial(config, registry, data, entry, hidden, point),
      })),
    ),
  );
  const named = configurations.map((entry) => ({ ...entry, configuration: contentId(entry.trial) }));
  refuseDuplicates(named);
  const trials = config.seeds.flatMap((seed) =>
    named.map(({ label, variant, configuration, trial }): PlannedTrial => {
      const seeded: Trial = { ...trial, seed };
      return { id: trialId(seeded), label, variant, configuration, seed, trial: seeded };
    }),
  );
  return { config, trials };
}

function resolveTrial(
  config: SweepConfig,
  registry: Registry,
  data: DataOptions,
  entry: MethodEntry,
  hidden: readonly number[],
  point: Settings,
): Omit<Trial, 'seed'> {
  const method = registry.get('methods', entry.use);
  const options = overlay(entry.options, settingsBelow(point, 'options'));
  const gridTraining = trainingPatchSchema.safeParse(settingsBelow(point, 'training'));
  if (!gridTraining.success) {
    throw new BbbError(
      'E_SWEEP_CONFIG',
      `The grid of "${entry.label}" sets training options that do not exist or do not fit: ${describePoint(point)}.`,
      {
        hint: 'Known: epochs, batchSize, optimizer.kind, optimizer.learningRate, optimizer.momentum, schedule.kind, ...',
      },
    );
  }
  return {
    method: {
      use: entry.use,
      options: parseOptions(entry.use, method.options, options) as Use['options'],
    },
    data,
    hidden,
    training: mergeTraining(entry.label, [
      method.training ?? {},
      entry.training ?? {},
      config.training,
      gridTraining.data,
    ]),
    pruning: resolvePruning(config, registry, method),
    prediction: config.prediction,
    numerics: config.numerics,
    select: config.select,
  };
}

function resolvePruning({ pruning }: SweepConfig, registry: Registry, method: Method): PruningOptions {
  const { pruners, ...rest } = pruning;
  return {
    ...rest,
    pruners: (pruners ?? [{ use: method.pruner, options: {} }]).map(({ use, options }) => ({
      use,
      options: parseOptions(use, registry.get('pruners', use).options, options) as Use['options'],
    })),
  };
}

function resolveData(config: SweepConfig, registry: Registry): DataOptions {
  const resolve = ({ use, options }: Use): Use => ({
    use,
    options: parseOptions(use, registry.get('datasets', use).options, options) as Use['options'],
  });
  return {
    ...resolve(config.dataset),
    validation: config.validation,
    divisor: config.divisor,
    ...(config.limit === undefined ? {} : { limit: config.limit }),
    ...(config.outOfDistribution ? { outOfDistribution: resolve(config.outOfDistribution) } : {}),
  };
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
        hint: 'Leave one of them out: every trial is run once.',
      });
    }
    seen.set(configuration, name);
  }
}
