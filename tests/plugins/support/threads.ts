import { createHash } from 'node:crypto';
import {
  createRegistry,
  resolveMethod,
  runTrial,
  TrialStopped,
  type EpochMetrics,
  type Registry,
  type Trial,
  type TrialHooks,
  type TrialResume,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import builtIns from '@bbb/plugins';
import { sharedOps } from '../../../packages/kernels/src/standalone/shared.js';
import { tinyDataset, tinyTrial } from '../../support/tiny-trial.js';

export const registry: Registry = createRegistry([builtIns]);
export type Kind = 'mlp' | 'cnn';

/** Ops that share every operation among their threads, even a small one. */
export const sharingOps = (threads: number): Promise<Ops> =>
  sharedOps('strict', { maximumBytes: 2 ** 28, threads, worth: 0 });

export function trialOf(method: string, kind: Kind): Trial {
  const { use, pruner } = resolveMethod({ use: method, options: {} }, registry);
  const { pruning, training } = tinyTrial(kind, use);
  return tinyTrial(kind, use, {
    training: { ...training, epochs: 3 },
    pruning: { ...pruning, pruners: [{ use: pruner, options: {} }], finetuneEpochs: 1 },
  });
}

/** Runs a trial, and returns the SHA-256 of its checkpoint. */
export async function trained(
  ops: Ops,
  trial: Trial,
  kind: Kind,
  more: { readonly hooks?: TrialHooks; readonly resume?: TrialResume } = {},
): Promise<string> {
  const { checkpoint } = await runTrial({ trial, registry, dataset: tinyDataset(kind), ops, ...more });
  return createHash('sha256').update(checkpoint).digest('hex');
}

/**
 * Runs the trial with another number of threads in each epoch, stops after `stopAfter` epochs, and resumes on
 * other ops.
 */
export async function trainedInPieces(
  [first, second]: readonly [Ops, Ops],
  trial: Trial,
  kind: Kind,
  counts: readonly number[],
  stopAfter: number,
): Promise<string> {
  const epochs: EpochMetrics[] = [];
  let checkpoint = new Uint8Array();
  const change = (ops: Ops): void => ops.threads!.use(counts[epochs.length % counts.length]!);
  const hooks = (ops: Ops): TrialHooks => ({
    onEpoch(metrics, save) {
      epochs.push(metrics);
      checkpoint = new Uint8Array(save());
      change(ops);
    },
    shouldStop: () => epochs.length === stopAfter,
  });
  change(first);
  const stopped = await trained(first, trial, kind, { hooks: hooks(first) }).catch((error: unknown) => error);
  if (!(stopped instanceof TrialStopped)) throw new Error('it did not stop', { cause: stopped });
  change(second);
  const resume = { checkpoint, epochs: structuredClone(epochs) };
  return trained(second, trial, kind, { resume, hooks: hooks(second) });
}
