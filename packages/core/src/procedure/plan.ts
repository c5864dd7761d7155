import { z } from 'zod';
import { canonicalJson } from '../canonical-json.js';
import { BbbError } from '../errors.js';
import { parseOptions } from '../plugin/options.js';
import type { Registry } from '../plugin/registry.js';
import { missingFunctions } from '../plugin/returned/index.js';
import type { Target } from '../prune/decide.js';
import { prunerLabel } from '../prune/label.js';
import { openPruner } from '../prune/open-pruner.js';
import type { PrunerUse, Trial } from '../trial/trial.js';
import { oneShotProcedure } from './one-shot.js';
import type { Chain, Procedure, ProcedureStep } from './procedure.js';
import { safeParse } from '../safe-parse.js';

/** A chain for one criterion. */
export interface PlannedChain {
  readonly pruner: PrunerUse;
  /** Name of the criterion in results. */
  readonly label: string;
  readonly steps: Chain;
}

const share = z.number().min(0).max(1);
const epoch = z.int().min(0);
const target = z.union([
  z.literal('suggested'),
  z.strictObject({ share }),
  z.strictObject({ layerShares: z.array(share).min(1) }),
]);
const point = z.union([z.enum(['trained', 'initial', 'fresh']), z.strictObject({ epoch })]);
const step = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('reset'), to: point }),
  z.strictObject({ do: z.literal('prune'), target }),
  z.strictObject({
    do: z.literal('train'),
    from: epoch,
    to: epoch,
    of: epoch,
    stream: z.string().optional(),
  }),
  z.strictObject({ do: z.literal('measure'), target }),
]);
const chainsSchema = z.array(z.array(step).min(1));

/**
 * What a trial does after its training, for each criterion. A pure function of the trial.
 * @param trial the trial, whose pruning and training options are used
 * @param registry a registry that has the procedure, of `createRegistry()`
 * @throws BbbError `E_PROCEDURE` for an invalid plan, naming the procedure; `E_UNKNOWN_NAME`, `E_OPTIONS`; what the procedure throws
 */
export function planProcedure({ pruning, training }: Trial, registry: Registry): PlannedChain[] {
  const { procedure, finetuneEpochs } = pruning;
  const name = procedure?.use ?? 'one-shot';
  const made = procedure ? createProcedure(procedure.use, procedure.options, registry) : oneShotProcedure;
  return pruning.pruners.flatMap((pruner) => {
    const targets = targetsOf(pruner, pruning, registry);
    const chains: unknown = made.plan({ targets, training, finetuneEpochs });
    return checkedChains(name, chains, targets, training.epochs).map((steps) => ({
      pruner,
      label: prunerLabel(pruner),
      steps,
    }));
  });
}

/**
 * Number of epochs that the chains of a trial train, in addition to the training of the trial itself.
 * @param trial the trial, whose pruning and training options are used
 * @param registry a registry that has the procedure, of `createRegistry()`
 */
export function procedureEpochs(trial: Trial, registry: Registry): number {
  return planProcedure(trial, registry)
    .flatMap(({ steps }) => steps)
    .reduce((sum, one) => sum + (one.do === 'train' ? one.to - one.from : 0), 0);
}

function createProcedure(use: string, options: unknown, registry: Registry): Procedure {
  const definition = registry.get('procedures', use);
  const made = definition.create(parseOptions(use, definition.options, options));
  if (missingFunctions(made, ['plan']).length === 0) return made;
  throw misfit(use, 'create() gives no plan()', 'create() returns { plan(context) }, at once.');
}

/** The networks to measure, except the dense one. */
function targetsOf(
  pruner: PrunerUse,
  { shares, layerShares = [] }: Trial['pruning'],
  registry: Registry,
): Target[] {
  const suggests = openPruner(pruner, registry).create().suggest !== undefined;
  return [
    ...shares.filter((one) => one > 0).map((one) => ({ share: one })),
    ...layerShares.map((own) => ({ layerShares: own })),
    ...(suggests ? (['suggested'] as const) : []),
  ];
}

function checkedChains(name: string, given: unknown, targets: readonly Target[], epochs: number): Chain[] {
  const parsed = safeParse(chainsSchema, given);
  if (!parsed.success)
    throw misfit(
      name,
      `plan() gives no chains of steps: ${z.prettifyError(parsed.error)}`,
      'See ProcedureStep.',
    );
  const chains = parsed.data as Chain[];
  for (const chain of chains) checkChain(name, chain, epochs);
  checkMeasured(name, chains, targets);
  return chains;
}

function checkChain(name: string, chain: Chain, epochs: number): void {
  if (chain[0]!.do !== 'reset')
    throw misfit(name, `a chain begins with "${chain[0]!.do}"`, 'It begins with { do: "reset", to: ... }.');
  for (const one of chain) {
    if (one.do === 'train' && !(one.from < one.to && one.to <= one.of))
      throw misfit(
        name,
        `it trains epochs ${one.from} to ${one.to} of ${one.of}`,
        'from < to <= of, counted from 0.',
      );
    if (one.do === 'reset' && typeof one.to === 'object' && one.to.epoch > epochs)
      throw misfit(
        name,
        `it goes back to epoch ${one.to.epoch} of a training of ${epochs}`,
        'Choose an epoch from 0 to the last one, or train for longer: --epochs.',
      );
  }
}

/** Checks that every target is measured once, after it was pruned to that target, at once or in several steps. */
function checkMeasured(name: string, chains: readonly Chain[], targets: readonly Target[]): void {
  const isMeasure = (one: ProcedureStep) => one.do === 'measure';
  const measured = chains.flatMap((chain) => chain.filter(isMeasure).map(({ target: own }) => text(own)));
  const wanted = targets.map(text).toSorted();
  if (measured.toSorted().join() === wanted.join()) return;
  throw misfit(
    name,
    `it measures ${measured.join(' ') || 'nothing'}; expected ${wanted.join(' ') || 'nothing'}`,
    'Measure each of context.targets exactly once.',
  );
}

const text = (value: Target): string => canonicalJson(value);

function misfit(name: string, what: string, hint: string): BbbError {
  return new BbbError('E_PROCEDURE', `The procedure "${name}" does not follow its interface: ${what}.`, {
    hint,
  });
}
