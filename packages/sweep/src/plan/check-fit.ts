import {
  BbbError,
  likelihoodOf,
  networkOf,
  type Dataset,
  type Datasets,
  type MetricSpec,
  type Registry,
} from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { dataKey } from '../executor/data-key.js';
import { networksOf } from './networks.js';
import { resolveData, resolveLikelihood } from './resolve.js';

/**
 * Checks that every network and the likelihood of a sweep fit its data, so that a misfit is reported before the first trial runs.
 * @returns the metric that the sweep's results are judged by
 * @throws BbbError `E_LIKELIHOOD`, `E_NETWORK`, `E_UNKNOWN_NAME`, `E_OPTIONS`; `E_SWEEP_CONFIG` for a limit above the data
 */
export function checkFit(config: SweepConfig, registry: Registry, datasets: Datasets): MetricSpec {
  const dataset = datasets[dataKey(resolveData(config, registry))]!;
  checkLimit(config, dataset);
  const { inputShape, target } = dataset;
  const preprocessing = {
    input: { kind: 'divide', divisor: config.divisor },
    // Any scaling will do here: each trial fits its own to its training examples.
    ...(target.kind === 'real' ? { target: { mean: 0, sd: 1 } } : {}),
  } as const;
  const { outputs, headline } = likelihoodOf(
    resolveLikelihood(config, registry),
    { target, preprocessing },
    registry,
  );
  for (const network of networksOf(config, registry)) networkOf(network, { inputShape, outputs }, registry);
  return headline;
}

/** Refuses a limit above the number of examples: it limits nothing, so it is probably a typing error. */
function checkLimit({ limit, validation, testFraction = 0 }: SweepConfig, { name, train }: Dataset): void {
  const left = train.count - validation - Math.round(testFraction * train.count);
  if (limit === undefined || limit <= left) return;
  throw new BbbError(
    'E_SWEEP_CONFIG',
    `"limit" is ${limit}, but ${name} has only ${left} training examples that are not held out.`,
    { hint: `Choose --limit up to ${left}, or leave it out to use all.` },
  );
}
