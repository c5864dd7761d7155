import { likelihoodOf, networkOf, type Datasets, type MetricSpec, type Registry } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { dataKey } from '../executor/data-key.js';
import { networksOf } from './networks.js';
import { resolveData, resolveLikelihood } from './resolve.js';

/**
 * Checks that every network and the likelihood of a sweep fit its data, so that the first trial does not have to find out.
 * @returns the metric that the sweep's results are judged by
 * @throws BbbError `E_LIKELIHOOD`, `E_NETWORK`, `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export function checkFit(config: SweepConfig, registry: Registry, datasets: Datasets): MetricSpec {
  const { inputShape, target } = datasets[dataKey(resolveData(config, registry))]!;
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
