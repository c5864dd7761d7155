import { contentId, trialId, type PlannedTrial, type TrialResult } from '@bbb/core';
import { fixtureSweep } from '../../tests/support/made-up/sweep.js';
import { writeSweepFolder } from '../../tests/support/made-up/folder.js';

/** The kind of sweep: `seeds` has many seeds of five methods, `search` five seeds of many configurations of each method. */
export type Shape = 'seeds' | 'search';

const METHODS = 5;
const SEEDS = 5;

/** Writes a sweep of made-up results in the shape and size of real ones (preset `quick`). */
export function writeLargeSweep(dir: string, trials: number, shape: Shape): void {
  const { config, plan, results } = fixtureSweep({ seeds: [0], hidden: [[128, 128]], epochs: 10 });
  const rounds = Math.ceil(trials / METHODS);
  const large = Array.from({ length: rounds }, (_, round) =>
    plan.map((one) => variantOf(one, round, shape)),
  ).flat();
  writeSweepFolder(dir, { config, plan: large.slice(0, trials) }, ({ id, trial }, position) =>
    resultOf(results[position % METHODS]!, id, trial, position),
  );
}

function variantOf(planned: PlannedTrial, round: number, shape: Shape): PlannedTrial {
  const seed = shape === 'seeds' ? round : round % SEEDS;
  const step = shape === 'seeds' ? 0 : Math.floor(round / SEEDS);
  const { training } = planned.trial;
  const optimizer = { ...training.optimizer, learningRate: 1e-3 * (1 + step / 1000) };
  const trial = { ...planned.trial, seed, training: { ...training, optimizer } };
  const { seed: _seed, ...rest } = trial;
  const configuration = contentId({ rest, label: planned.label });
  return { ...planned, id: trialId(trial), seed, trial, configuration };
}

/** A small change of the accuracy, computed from the id of the trial, so that seeds differ. */
function resultOf(
  result: TrialResult,
  id: string,
  trial: PlannedTrial['trial'],
  position: number,
): TrialResult {
  const shift = 0.002 * (Number.parseInt(id.slice(0, 6), 16) / 2 ** 24) + 1e-9 * position;
  return {
    ...result,
    id,
    trial,
    epochs: result.epochs.map((epoch) => ({
      ...epoch,
      ...(epoch.validationError === undefined ? {} : { validationError: epoch.validationError + shift }),
    })),
    pruning: result.pruning.map((row) => ({
      ...row,
      evaluations: row.evaluations.map((evaluation) => ({
        ...evaluation,
        metrics: { ...evaluation.metrics, accuracy: Math.max(0, evaluation.metrics['accuracy']! - shift) },
      })),
    })),
  };
}
