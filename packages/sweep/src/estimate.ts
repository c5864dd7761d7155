import {
  canonicalJson,
  type Datasets,
  type PlannedTrial,
  procedureEpochs,
  type Registry,
  runTrial,
  startBackend,
  type Trial,
  type TrialHooks,
} from '@bbb/core';
import { dataKey } from './executor/data-key.js';
import { loadData } from './executor/data.js';

/** What the parts of a trial take on this machine, seconds. */
interface Cost {
  readonly step: number;
  /** Time for validation and everything else after the steps of an epoch, seconds. */
  readonly epochEnd: number;
  /** Time for pruning and measuring after training, without fine-tuning, seconds. */
  readonly evaluation: number;
}

export interface EstimateOptions {
  /** The user's `--data-dir`. */
  readonly dataDir?: string | undefined;
  /** The data, for a caller that has them. Default: they are loaded. */
  readonly datasets?: Datasets | undefined;
  /** Called with the number of kinds of trials before they are timed. Timing takes a second or more for each kind. */
  readonly onKinds?: (kinds: number) => void;
}

/** Minibatches in each of the two epochs that are timed; the first warms up. */
const STEPS = 20;
/** Evaluation is cut short after so many seconds, and extrapolated. */
const EVALUATION_SECONDS = 1;
/** No further kind is timed after so many seconds. */
const PATIENCE_SECONDS = 30;

/**
 * Seconds that each trial would take alone, by id, from a few real steps of each distinct kind of trial on the real data.
 * Writes nothing. After 30 s it times no further kind, and leaves out the trials of kinds that were not timed.
 * @param trials the trials of a plan
 * @param registry all that plugins contribute
 * @param options folder of the data or the data themselves, and a callback that gets the number of kinds
 * @throws what data sets, methods and backends throw
 */
export async function estimateSeconds(
  trials: readonly PlannedTrial[],
  registry: Registry,
  { dataDir, datasets: loaded, onKinds }: EstimateOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const needed = trials.map(({ trial }) => trial.data);
  const datasets = loaded ?? (await loadData(registry, needed, dataDir));
  onKinds?.(new Set(trials.map(({ trial }) => kindOf(trial))).size);
  const began = performance.now();
  const costs = new Map<string, Cost>();
  const seconds = new Map<string, number>();
  for (const { id, label, trial } of trials) {
    const kind = kindOf(trial);
    const late = performance.now() - began > PATIENCE_SECONDS * 1000;
    if (late && !costs.has(kind)) continue;
    const cost = costs.get(kind) ?? (await timed(trial, registry, datasets).catch(withName(label)));
    costs.set(kind, cost);
    seconds.set(id, total(trial, registry, cost, datasets[dataKey(trial.data)]!.train.count));
  }
  return seconds;
}

/** Adds the method's label to an error. */
function withName(label: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`${label}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  };
}

/**
 * Trials of one kind take the same time for each step and each evaluation. Fractions among the options (a probability, a standard
 * deviation) are ignored: only counts and names change the time.
 */
function kindOf(trial: Trial): string {
  const { method, data, hidden, network, likelihood, training, pruning, prediction, numerics } = trial;
  const { batchSize, optimizer } = training;
  const costly = Object.entries(method.options).filter(
    ([, value]) => typeof value !== 'number' || Number.isInteger(value),
  );
  return canonicalJson({
    method: method.use,
    options: Object.fromEntries(costly),
    data,
    hidden,
    network,
    likelihood,
    batchSize,
    optimizer: optimizer.kind,
    pruning,
    prediction,
    numerics,
  });
}

function total(trial: Trial, registry: Registry, cost: Cost, count: number): number {
  const { data, training } = trial;
  const left = count * (1 - (data.testFraction ?? 0)) - data.validation;
  const examples = Math.min(data.limit ?? Infinity, left);
  const steps = Math.ceil(examples / training.batchSize) * cost.step;
  const afterwards = procedureEpochs(trial, registry) * steps;
  return training.epochs * (steps + cost.epochEnd) + cost.evaluation + afterwards;
}

/** Thrown to end a trial that has been timed for long enough. */
class Enough extends Error {}

async function timed(trial: Trial, registry: Registry, datasets: Datasets): Promise<Cost> {
  const { training, data } = trial;
  const { procedure: _procedure, ...pruning } = trial.pruning;
  const limit = Math.min(data.limit ?? Infinity, STEPS * training.batchSize);
  const short: Trial = {
    ...trial,
    data: { ...data, limit },
    // With such a small rate no loss diverges, and a step takes as long as with any other rate.
    training: { ...training, epochs: 2, optimizer: { ...training.optimizer, learningRate: 1e-9 } },
    pruning: { ...pruning, finetuneEpochs: 0 },
  };
  const watch = stopwatch(Math.ceil(limit / training.batchSize));
  const second = data.outOfDistribution;
  try {
    await runTrial({
      trial: short,
      registry,
      dataset: datasets[dataKey(data)]!,
      ...(second ? { outOfDistribution: datasets[dataKey(second)]! } : {}),
      ops: await startBackend(trial.numerics),
      hooks: watch.hooks,
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return watch.cost();
}

/** @param steps minibatches of each epoch */
function stopwatch(steps: number): { readonly hooks: TrialHooks; cost(): Cost } {
  let trained = performance.now();
  let step = 0;
  let epochEnd = 0;
  let share = 1;
  const elapsed = (): number => (performance.now() - trained) / 1000;
  return {
    hooks: {
      onEpoch({ seconds }) {
        step = seconds / steps;
        epochEnd = Math.max(0, elapsed() - seconds);
        trained = performance.now();
      },
      onProgress(progress) {
        if (progress.phase !== 'evaluate') return;
        if (progress.share === 0 || elapsed() < EVALUATION_SECONDS) return;
        share = progress.share;
        throw new Enough();
      },
    },
    cost: () => ({ step, epochEnd, evaluation: elapsed() / share }),
  };
}
