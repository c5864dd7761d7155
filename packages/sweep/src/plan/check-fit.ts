import { likelihoodOf, networkOf, type Datasets, type MetricSpec, type Registry } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { dataKey } from '../executor/data-key.js';
import { networksOf } from './networks.js';
import { resolveData, resolveLikelihood } from './resolve.js';

/**
 * Whether every network and the likelihood of a sweep fit its data, which is cheap to find out, and late in the first trial.
 * @returns what the sweep's results will be judged by
 * @throws BbbError `E_LIKELIHOOD`, `E_NETWORK`, `E_UNKNOWN_NAME`, `E_OPTIONS`
 */
export function checkFit(config: SweepConfig, registry: Registry, datasets: Datasets): MetricSpec {
  const { inputShape, target } = datasets[dataKey(resolveData(config, registry))]!;
  const preprocessing = {
    input: { kind: 'divide', divisor: config.divisor },
    // Each trial fits its own to what its seed trains on.
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
