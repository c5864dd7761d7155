import { canonicalJson, type Registry, type Trial } from '@bbb/core';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { trainConfig } from '../commands/train.js';
import type { TrainFlags } from '../options/kinds.js';

/** Where a command needs the path of the user's own data, which no trial stores: its id must not depend on a place. */
export const DATA_FILE = 'FILE';

/**
 * The words to type after `bbb` to train the same trial again. Options that `bbb train` would choose anyway are left out. The path of the
 * user's own data is {@link DATA_FILE}.
 * @returns undefined if no command gives the same trial
 */
export function trainAgain(
  trial: Trial,
  registry: Registry,
  plugins: readonly string[] = [],
): string[] | undefined {
  const base = planned({ method: trial.method.use, seed: trial.seed }, registry);
  if (!base) return undefined;
  const sets = membersOf(trial, base);
  const flags = flagsOf(trial);
  const again = planned({ method: trial.method.use, seed: trial.seed, ...flags.parsed, set: sets }, registry);
  if (!again || canonicalJson(again) !== canonicalJson(trial)) return undefined;
  const own = `methods.${trial.method.use}.options.`;
  const typed = sets.flatMap(({ path, value }) =>
    path.startsWith(own)
      ? ['--option', `${path.slice(own.length)}=${valueText(value)}`]
      : ['--set', `${path}=${valueText(value)}`],
  );
  const extra = plugins.flatMap((plugin) => ['--plugin', plugin]);
  const files = registry.get('datasets', trial.data.use).reads ? ['--data', DATA_FILE] : [];
  return ['train', '--method', trial.method.use, ...flags.typed, ...files, ...typed, ...extra];
}

function planned(flags: TrainFlags, registry: Registry): Trial | undefined {
  try {
    return planSweep(parseSweepConfig(trainConfig(flags, registry)), registry).trials[0]?.trial;
  } catch {
    return undefined;
  }
}

/** The options that have an option of their own and are always typed, even with their default: for a table, some defaults depend on its size. */
function flagsOf({ seed, hidden, network, training, data }: Trial): {
  readonly typed: readonly string[];
  readonly parsed: Partial<TrainFlags>;
} {
  const { epochs, batchSize } = training;
  const { validation, testFraction } = data;
  const parsed = {
    ...(network ? {} : { hidden: [hidden] }),
    dataset: data.use,
    validation,
    ...(testFraction === undefined ? {} : { testFraction }),
    epochs,
    batch: batchSize,
  };
  return {
    parsed,
    typed: [
      '--seed',
      String(seed),
      '--dataset',
      data.use,
      ...(network ? [] : ['--hidden', hidden.join(',') || 'none']),
      '--epochs',
      String(epochs),
      '--batch',
      String(batchSize),
      '--validation',
      String(validation),
      ...(testFraction === undefined ? [] : ['--test-fraction', String(testFraction)]),
    ],
  };
}

interface Member {
  readonly path: string;
  readonly value: unknown;
}

/** The values of a trial that differ from those of `bbb train`, as members of a configuration. */
function membersOf(trial: Trial, base: Trial): Member[] {
  const all = (of: Trial): Record<string, unknown> => ({
    ...prefixed('dataset.options', of.data.options),
    networks: of.network ? [of.network] : undefined,
    likelihood: of.likelihood,
    ...prefixed(`methods.${of.method.use}.options`, of.method.options),
    calibration: of.data.calibration,
    divisor: of.data.divisor,
    scaling: of.data.scaling,
    stratify: of.data.stratify,
    limit: of.data.limit,
    outOfDistribution: of.data.outOfDistribution,
    'training.optimizer': of.training.optimizer,
    'training.schedule': of.training.schedule,
    ...prefixed('pruning', of.pruning),
    'prediction.samples': of.prediction.samples,
    numerics: of.numerics,
    select: of.select,
  });
  const before = all(base);
  const members = Object.entries(all(trial)).filter(
    ([path, value]) => value !== undefined && canonicalJson(value) !== canonicalJson(before[path] ?? null),
  );
  return members.map(([path, value]) => ({ path, value }));
}

function prefixed(path: string, members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [`${path}.${name}`, value]));
}

/** A value in the form that `--set` reads. */
function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
