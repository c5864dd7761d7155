import { basename, dirname, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { prunerLabel, type Evaluation, type PruningResult, type TrialResult } from '@bbb/core';
import { encodeModel, type StoredCalibration } from '@bbb/predict/format';
import { storeNetwork } from '@bbb/predict/store';
import { readTrial } from '@bbb/sweep';
import type { OpenNetwork } from './open.js';

/** How a network was pruned before it is stored. Absent if it was not pruned. */
export interface StoredPruning {
  readonly pruner: string;
  readonly label?: string;
  readonly share: number;
}

/**
 * Number of draws that a stored network predicts with: as many as the user asks for, or as its trial predicted with. 0 for a network that is not
 * stochastic, or whose draws can't be stored in a file.
 */
export function drawsOf({ model, trial }: OpenNetwork, samples: number): number {
  return model.stochastic && model.plainDraws !== false ? samples || trial.prediction.samples : 0;
}

/** The result of the network's trial. Undefined for a network outside a sweep's folder. */
export async function resultOf({ file }: OpenNetwork): Promise<TrialResult | undefined> {
  const folder = dirname(resolve(file.path));
  if (basename(dirname(folder)) !== 'trials') return undefined;
  return (await readTrial(dirname(dirname(folder)), basename(folder))).result;
}

/**
 * The part of the trial's result that belongs to this network as it was pruned. Undefined if the trial did not measure it, or
 * measured it only after fine-tuning.
 */
export function measuredAs(
  result: TrialResult | undefined,
  { trial }: OpenNetwork,
  pruned: StoredPruning | undefined,
  draws: number,
): { readonly row: PruningResult; readonly evaluation: Evaluation } | undefined {
  const share = pruned?.share ?? 0;
  const label =
    pruned?.label ?? pruned?.pruner ?? (trial.pruning.pruners[0] && prunerLabel(trial.pruning.pruners[0]));
  const row = result?.pruning.find((one) => one.pruner === label && one.share === share && !one.finetuned);
  const evaluation = row?.evaluations.find(({ samples }) => samples === draws);
  return row && evaluation ? { row, evaluation } : undefined;
}

/** The parts of a calibration that a predictor needs. */
export function storedCalibration({ calibrated, samples }: Evaluation): StoredCalibration | undefined {
  if (!calibrated) return undefined;
  const { level, temperature, sets, intervals, sure } = calibrated;
  const risks = sure?.flatMap(({ risk, probability }) =>
    probability === null ? [] : [{ risk, probability }],
  );
  const lac = sets?.['lac'];
  const scaled = intervals?.['scaled'];
  return {
    samples,
    ...(temperature === undefined ? {} : { temperature }),
    ...(lac ? { sets: { level, threshold: lac.threshold } } : {}),
    ...(scaled ? { interval: { level, score: 'scaled', width: scaled.threshold } } : {}),
    ...(risks?.length ? { risks } : {}),
  };
}

/** The bytes of a file that `@bbb/predict` opens, gzipped. */
export function modelFile(
  network: OpenNetwork,
  pruned: StoredPruning | undefined,
  draws: number,
  calibration: StoredCalibration | undefined,
): Uint8Array {
  const { model, tensors } = storeNetwork(network, {
    samples: draws,
    ...(calibration ? { calibration } : {}),
    about: {
      method: network.trial.method.use,
      data: network.trial.data.use,
      ...(pruned ? { pruner: pruned.pruner, share: String(pruned.share) } : {}),
    },
  });
  return gzipSync(encodeModel(model, tensors), { level: 9 });
}
