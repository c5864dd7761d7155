import type { Splits } from '../data/split.js';
import type { Params } from '../model/model.js';
import { disposeParams } from '../model/params.js';
import { countWeights } from '../network/architecture.js';
import { flopsOf } from '../network/flops.js';
import { sizeOf } from '../network/shape.js';
import { makeMethod } from '../plugin/methods.js';
import { compactParams, smallerArchitecture } from '../prune/compact.js';
import type { CompactNetwork, Latency } from '../result/result.js';
import type { OpenTrial } from '../trial/open-trial.js';
import type { TrialInput } from '../trial/run.js';
import { evaluate } from './evaluate.js';
import { latencyOf } from './latency.js';
import { networkOutputs, withNetwork } from './predict.js';
import { bytesOf } from './sizes.js';

/** Number of rows for timing, and for comparing the two networks. */
const BATCH = 256;

/**
 * Removes the silent units of a pruned network, and measures the smaller network. Undefined if the network can't be made smaller.
 *
 * @param params parameters of the pruned network
 */
export function compactNetwork(
  { trial, ops, registry }: TrialInput,
  open: OpenTrial,
  params: Params,
  { test }: Pick<Splits, 'test'>,
): { readonly compact: CompactNetwork; readonly latency: Omit<Latency, 'pruner' | 'share'> } | undefined {
  const { model, likelihood, keys } = open;
  const smaller = model.hasMean === false ? undefined : smallerArchitecture(model, params);
  if (!smaller) return undefined;
  const { architecture, units } = smaller;
  const { optimizer, batchSize } = trial.training;
  const made = makeMethod(trial.method, { architecture, likelihood, ops, optimizer, batchSize }, registry);
  const own = compactParams(ops, { model, params }, made.model, units);
  try {
    if (!own) return undefined;
    const few = { ...test, rows: test.rows.subarray(0, BATCH) };
    const inputs = sizeOf(architecture.inputShape);
    const [masked, compact] = (
      [
        [model, params],
        [made.model, own],
      ] as const
    ).map(([of, at]) =>
      withNetwork(of, at, 'mean', (network) => ({
        outputs: networkOutputs(ops, of.architecture, network, few),
        time: latencyOf(ops, network, inputs, BATCH),
      })),
    );
    const predicting = { ops, model: made.model, likelihood };
    const { evaluations } = evaluate(predicting, own, { test, outOfDistribution: {} }, 0, keys.evaluate);
    const { dense, gzip } = bytesOf(ops, made.model, own, keys.evaluate);
    return {
      compact: {
        units: Object.fromEntries(
          Object.entries(units).map(([name, kept]) => [name, kept.reduce((sum, one) => sum + one, 0)]),
        ),
        parameters: countWeights(architecture),
        flops: flopsOf(architecture),
        bytes: { dense, gzip },
        metrics: evaluations[0]!.metrics,
        difference: largestDifference(masked!.outputs, compact!.outputs),
      },
      latency: { batch: BATCH, masked: masked!.time, compact: compact!.time },
    };
  } finally {
    if (own) disposeParams(ops, own);
    made.trainer.dispose();
  }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
