import { BbbError, openPruner, splitData, type Examples, type Registry } from '@bbb/core';
import { loadTestSets, type TestSets } from './data.js';
import type { OpenNetwork } from './open.js';

/** Loads the data of a stored network at the first call, and keeps them for later calls. @throws as {@link loadTestSets} */
export function dataOnDemand(
  network: OpenNetwork,
  { dataDir }: { readonly dataDir?: string | undefined },
  registry: Registry,
): () => Promise<TestSets> {
  let loaded: Promise<TestSets> | undefined;
  return () => (loaded ??= loadTestSets(network, { dataDir, ood: 'none' }, registry));
}

/**
 * The training examples that the trial of this network gives to its criteria. Undefined for a criterion that needs only the weights.
 *
 * @param load the data of the trial
 * @throws BbbError `E_PRUNER_DATA` if the data set can't be had, or differs from the one that the network was trained on
 */
export async function examplesForPruner(
  { trial, keys }: OpenNetwork,
  { pruner, options }: { readonly pruner: string; readonly options: Readonly<Record<string, unknown>> },
  load: () => Promise<TestSets>,
  registry: Registry,
): Promise<Examples | undefined> {
  if (!openPruner({ use: pruner, options }, registry).needs.includes('examples')) return undefined;
  try {
    return splitData((await load()).main, trial.data, keys.split).train;
  } catch (cause) {
    const own = cause instanceof BbbError ? cause.hint : undefined;
    throw new BbbError(
      'E_PRUNER_DATA',
      `The pruner "${pruner}" needs training examples, and they could not be loaded: ${(cause as Error).message}`,
      { hint: own ?? 'Give the folder of the data set with --data-dir.', cause },
    );
  }
}
