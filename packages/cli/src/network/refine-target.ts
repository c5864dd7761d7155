import { join } from 'node:path';
import {
  evaluate,
  headlineError,
  splitData,
  validate,
  type Dataset,
  type Registry,
  type SweepData,
  type TrialResult,
} from '@bbb/core';
import { errorBound, errorValue, targetBrackets, type Bracket, type Refined } from '@bbb/report';
import { pruningOf, remove } from '../commands/prune.js';
import type { Steps } from '../progress/work.js';
import { openNetwork, type OpenNetwork } from './open.js';
import { dataOnDemand } from './training-examples.js';

/** The bisection ends once the interval is this fraction of the weights that remain. */
const RESOLUTION = 0.05;

/** The target, and the sweep to search in. */
export interface Search {
  readonly dir: string;
  readonly data: SweepData;
  /** The error to stay below, as results store it. */
  readonly target: number;
  readonly registry: Registry;
  readonly dataDir?: string | undefined;
  /** Called with what is searched for. */
  readonly steps?: Steps;
}

/** The refined sparsities, and why others stayed as they were measured. */
export interface RefinedTargets {
  readonly refined: readonly Refined[];
  readonly left: readonly string[];
}

/**
 * The highest sparsity whose validation error stays below a target at 95 % confidence over the seeds, between those that the sweep
 * measured. It uses
 * bisection, and prunes the stored networks of all seeds again at each step. The test set is used once, at the sparsity found.
 * Networks that are fine-tuned after pruning are left as they are: only their trial can make others.
 *
 * @throws BbbError `E_STORE_DAMAGED`, `E_SWEEP_CHANGED`, and what data sets and criteria throw
 */
export async function refineTargets(search: Search): Promise<RefinedTargets> {
  const refined: Refined[] = [];
  const left: string[] = [];
  const open = opener(search);
  for (const bracket of targetBrackets(search.data, search.target)) {
    const { procedure, finetuneEpochs } = resultOf(search, bracket.trials[0]!).trial.pruning;
    if (procedure || finetuneEpochs > 0)
      left.push(`${bracket.pruner}: its networks are trained after pruning`);
    else refined.push(await bisect(search, bracket, open));
  }
  return { refined, left };
}

type Open = (id: string) => Promise<{ readonly network: OpenNetwork; readonly main: Dataset }>;

/** Returns a function that opens networks anew, and loads their data once. */
function opener({ dir, registry, dataDir }: Search): Open {
  const loaded = new Map<string, Promise<Dataset>>();
  return async (id) => {
    const network = await openNetwork(join(dir, 'trials', id), registry);
    try {
      const { use, options } = network.trial.data;
      const key = JSON.stringify([use, options]);
      const load = async (): Promise<Dataset> => (await dataOnDemand(network, { dataDir }, registry)()).main;
      if (!loaded.has(key)) loaded.set(key, load());
      return { network, main: await loaded.get(key)! };
    } catch (error) {
      network.close();
      throw error;
    }
  };
}

async function bisect(search: Search, { trials, pruner, from, to }: Bracket, open: Open): Promise<Refined> {
  let [low, high] = [from, to];
  const onShare = search.steps?.(`looking for the target error, pruned by ${pruner}`);
  const all = Math.max(1, halvings(from, to));
  let done = 0;
  while (high - low > RESOLUTION * (1 - low)) {
    onShare?.(Math.min(1, done++ / all));
    const middle = (low + high) / 2;
    const bound = errorBound(await errorsAt(search, trials, { pruner, share: middle }, 'validation', open));
    if (bound !== undefined && bound < search.target) low = middle;
    else high = middle;
  }
  const network = { pruner, share: low };
  const validation = await errorsAt(search, trials, network, 'validation', open);
  return {
    ...network,
    trials,
    bound: errorBound(validation)!,
    testErrors: await errorsAt(search, trials, network, 'test', open),
  };
}

/** Number of halvings of an interval whose lower end stays until it is small enough. */
function halvings(from: number, to: number): number {
  return Math.ceil(Math.log2((to - from) / (RESOLUTION * (1 - from))));
}

async function errorsAt(
  search: Search,
  trials: readonly string[],
  { pruner, share }: { readonly pruner: string; readonly share: number },
  part: 'validation' | 'test',
  open: Open,
): Promise<number[]> {
  const errors: number[] = [];
  for (const id of trials) {
    const { network, main } = await open(id);
    try {
      const splits = splitData(main, network.trial.data, network.keys.split);
      const pruning = pruningOf(network.trial.pruning, { share, pruner }, search.registry);
      remove(network, pruning, search.registry, splits.train);
      errors.push(errorValue(resultOf(search, id), errorOn(network, splits, part)));
    } finally {
      network.close();
    }
  }
  return errors;
}

/** The error as a trial measures it: of the mean network, or of the draws together if there is none. */
function errorOn(
  network: OpenNetwork,
  { validation, test }: ReturnType<typeof splitData>,
  part: 'validation' | 'test',
): number {
  const { params, keys, trial, model, likelihood } = network;
  const { samples } = trial.prediction;
  if (part === 'validation') return validate(network, params, validation, keys.evaluate, samples)!.error;
  const draws = model.hasMean === false ? Math.max(1, samples) : 0;
  const { evaluations } = evaluate(network, params, { test, outOfDistribution: {} }, draws, keys.evaluate);
  return headlineError(likelihood.headline, evaluations[0]!.metrics);
}

function resultOf({ data }: Search, id: string): TrialResult {
  return data.results.find((result) => result.id === id)!;
}
