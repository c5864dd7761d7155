import {
  canonicalJson,
  type Datasets,
  type PlannedTrial,
  type Registry,
  runTrial,
  startBackend,
  type Trial,
  type TrialHooks,
} from '@bbb/core';
import { dataKey, loadData } from './executor/data.js';

/** What the parts of a trial take on this machine, seconds. */
interface Cost {
  readonly step: number;
  /** Validation and whatever else comes after the steps of an epoch. */
  readonly epochEnd: number;
  /** Pruning and measuring after training, without fine-tuning. */
  readonly evaluation: number;
}

/** Minibatches in each of the two epochs that are timed; the first warms up. */
const STEPS = 20;
/** Evaluation is cut short after so many seconds, and extrapolated. */
const EVALUATION_SECONDS = 1;

/**
 * Seconds that each trial would take alone, by id, from a few real steps of each distinct kind of trial on the real data.
 * Writes nothing.
 *
 * @param dataDir the user's `--data-dir`
 * @throws what data sets, methods and backends throw
 */
export async function estimateSeconds(
  trials: readonly PlannedTrial[],
  registry: Registry,
  dataDir?: string,
): Promise<ReadonlyMap<string, number>> {
  const datasets = await loadData(
    registry,
    trials.map(({ trial }) => trial.data),
    dataDir,
  );
  const costs = new Map<string, Cost>();
  const seconds = new Map<string, number>();
  for (const { id, label, trial } of trials) {
    const kind = kindOf(trial);
    const cost = costs.get(kind) ?? (await timed(trial, registry, datasets).catch(withName(label)));
    costs.set(kind, cost);
    seconds.set(id, total(trial, cost, datasets[dataKey(trial.data)]!.train.count));
  }
  return seconds;
}

/** Says whose failure it was. */
function withName(label: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`${label}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  };
}

/** Trials of one kind take the same time for each step and each evaluation. */
function kindOf({ method, data, hidden, training, pruning, prediction, numerics }: Trial): string {
  const { batchSize, optimizer } = training;
  return canonicalJson({
    method,
    data,
    hidden,
    batchSize,
    optimizer: optimizer.kind,
    pruning,
    prediction,
    numerics,
  });
}

function total({ data, training, pruning }: Trial, cost: Cost, images: number): number {
  const examples = Math.min(data.limit ?? Infinity, images - data.validation);
  const steps = Math.ceil(examples / training.batchSize) * cost.step;
  const pruned = pruning.pruners.length * pruning.shares.filter((share) => share > 0).length;
  return (
    training.epochs * (steps + cost.epochEnd) + cost.evaluation + pruning.finetuneEpochs * pruned * steps
  );
}

/** Thrown to end a trial of which enough was seen. */
class Enough extends Error {}

async function timed(trial: Trial, registry: Registry, datasets: Datasets): Promise<Cost> {
  const { training, data } = trial;
  const limit = Math.min(data.limit ?? Infinity, STEPS * training.batchSize);
  const short: Trial = {
    ...trial,
    data: { ...data, limit },
    training: { ...training, epochs: 2 },
    pruning: { ...trial.pruning, finetuneEpochs: 0 },
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
