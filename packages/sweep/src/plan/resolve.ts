import {
  BbbError,
  openPruner,
  parseOptions,
  resolveMethod,
  safeParse,
  type DataOptions,
  type PosteriorPart,
  type PrunerNeed,
  type PruningOptions,
  type Registry,
  type ResolvedMethod,
  type Trial,
  type Use,
} from '@bbb/core';
import type { MethodEntry, SweepConfig } from '../config/schema.js';
import { trainingPatchSchema } from '../config/training.js';
import { describePoint, overlay, hyperparametersBelow, type Hyperparameters } from './grid.js';
import { mergeTraining } from './merge-training.js';
import type { NetworkChoice } from './networks.js';

/** A trial without its seed. Names are looked up; options are checked and completed by the schemas of their plugins. */
export function resolveTrial(
  config: SweepConfig,
  registry: Registry,
  data: DataOptions,
  entry: MethodEntry,
  { hidden, network }: NetworkChoice,
  point: Hyperparameters,
): Omit<Trial, 'seed'> {
  const options = overlay(entry.options, hyperparametersBelow(point, 'options'));
  const gridTraining = safeParse(trainingPatchSchema, hyperparametersBelow(point, 'training'));
  if (!gridTraining.success) {
    throw new BbbError(
      'E_SWEEP_CONFIG',
      `The grid of "${entry.label}" sets training options that do not exist or do not fit: ${describePoint(point)}.`,
      {
        hint: 'Known: epochs, batchSize, optimizer.kind, optimizer.learningRate, optimizer.momentum, schedule.kind, ...',
      },
    );
  }
  const method = resolveMethod({ use: entry.use, options }, registry);
  return {
    method: method.use,
    data,
    hidden,
    ...(network ? { network } : {}),
    ...resolveLikelihood(config, registry),
    training: mergeTraining(entry.label, [
      method.training,
      config.training,
      entry.training ?? {},
      gridTraining.data,
    ]),
    pruning: resolvePruning({ ...config.pruning, ...definedOf(entry.pruning) }, registry, method),
    prediction: config.prediction,
    numerics: config.numerics,
    select: config.select,
  };
}

function resolvePruning(
  pruning: SweepConfig['pruning'],
  registry: Registry,
  { use: { use: name }, pruner: own, hasSigma, has }: ResolvedMethod,
): PruningOptions {
  const { pruners = [{ use: own, options: {} }], exclude, layerShares, procedure, ...rest } = pruning;
  // A sweep names its criteria once for all methods; each method gets those that fit its posterior.
  const opened = pruners.map((pruner) => ({ ...pruner, open: openPruner(pruner, registry) }));
  const parts = [...(hasSigma ? ['sigma' as const] : []), ...has];
  const fitting = opened.filter(({ open }) => lacking(open.needs, parts).length === 0);
  if (fitting.length === 0) {
    const lacks = [...new Set(opened.flatMap(({ open }) => lacking(open.needs, parts)))];
    throw new BbbError(
      'E_PRUNER_UNFIT',
      `"${name}" has no ${lacks.map((part) => PARTS[part]).join(', no ')}, which the pruner ${pruners.map(({ use }) => use).join(' and ')} needs.`,
      {
        hint: `Add a criterion that fits it, e.g. --pruners ${[...pruners.map(({ use }) => use), own].join(',')}.`,
      },
    );
  }
  return {
    ...rest,
    ...(exclude ? { exclude } : {}),
    ...(layerShares ? { layerShares } : {}),
    ...(procedure ? { procedure: resolveProcedure(procedure, registry) } : {}),
    pruners: fitting.map(({ label, use, open }) => ({
      ...(label === undefined || label === use ? {} : { label }),
      ...open.use,
    })),
  };
}

const PARTS: Readonly<Record<PosteriorPart, string>> = {
  sigma: 'standard deviations',
  inclusion: 'inclusion probabilities',
  unitNoise: 'scales of units',
};

/** The parts that a criterion needs and the posterior does not have. Priors and examples depend on the trial, so they are not checked here. */
function lacking(needs: readonly PrunerNeed[], parts: readonly PosteriorPart[]): PosteriorPart[] {
  return needs.filter(
    (need): need is PosteriorPart => need !== 'examples' && need !== 'prior' && !parts.includes(need),
  );
}

/** The members of an entry's pruning that are not undefined. */
function definedOf(patch: MethodEntry['pruning'] = {}): Partial<SweepConfig['pruning']> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

function resolveProcedure({ use, options }: Use, registry: Registry): Use {
  const schema = registry.get('procedures', use).options;
  return { use, options: parseOptions(use, schema, options) as Use['options'] };
}

/** The likelihood of all trials of a sweep, with all options; undefined where the data decide. */
export function resolveLikelihood(
  { likelihood }: SweepConfig,
  registry: Registry,
): Pick<Trial, 'likelihood'> {
  if (!likelihood) return {};
  const { use, options } = likelihood;
  const schema = registry.get('likelihoods', use).options;
  return { likelihood: { use, options: parseOptions(use, schema, options) as Use['options'] } };
}

/** The data of all trials of a sweep, with all options. */
export function resolveData(config: SweepConfig, registry: Registry): DataOptions {
  const resolve = ({ use, options }: Use): Use => ({
    use,
    options: parseOptions(use, registry.get('datasets', use).options, options) as Use['options'],
  });
  return {
    ...resolve(config.dataset),
    validation: config.validation,
    ...(config.calibration === undefined ? {} : { calibration: config.calibration }),
    divisor: config.divisor,
    ...(config.scaling === undefined ? {} : { scaling: config.scaling }),
    ...(config.testFraction === undefined ? {} : { testFraction: config.testFraction }),
    // A split of validation examples alone is not stratified by default, so that trials on published splits keep their ids.
    ...((config.stratify ?? config.testFraction !== undefined) ? { stratify: true } : {}),
    ...(config.limit === undefined ? {} : { limit: config.limit }),
    ...(config.outOfDistribution ? { outOfDistribution: resolve(config.outOfDistribution) } : {}),
  };
}
