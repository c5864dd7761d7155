import type { Ops } from '@bbb/kernels';
import type { Network, WeightPosterior } from '../model/model.js';
import { histogram } from '../metrics/histogram.js';
import type { SnrReport, WeightReport, WeightSummary } from '../result/result.js';
import { log } from '@bbb/base';

/** The study draws its histograms over [-0.3, 0.3] (MNIST) and [-0.5, 0.5] (Fashion-MNIST); this covers both. */
const WEIGHT_RANGE = { low: -0.5, high: 0.5, bins: 200 } as const;
const SNR_RANGE = { low: -60, high: 40, bins: 200 } as const;
const NEAR_ZERO = 0.01;

/** Moments, computed by two passes in float64. */
function summarise(name: string, values: Float32Array): WeightSummary {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  let second = 0;
  let fourth = 0;
  let near = 0;
  for (const value of values) {
    const square = (value - mean) * (value - mean);
    second += square;
    fourth += square * square;
    if (Math.abs(value) < NEAR_ZERO) near++;
  }
  const variance = second / count;
  return {
    name,
    count,
    mean,
    std: Math.sqrt(variance),
    kurtosis: variance > 0 ? fourth / count / (variance * variance) - 3 : 0,
    nearZero: near / count,
  };
}

/** Summary of the weights that one network multiplies by. */
export function weightReport(
  ops: Ops,
  network: Network,
  names: readonly string[],
  when: WeightReport['when'],
  draw: WeightReport['draw'],
): WeightReport {
  const values = names.map((name) => Float32Array.from(ops.read(network.weights[name]!)));
  return {
    when,
    draw,
    summaries: names.map((name, i) => summarise(name, values[i]!)),
    histogram: histogram(concatenated(values), WEIGHT_RANGE),
  };
}

/** Signal-to-noise ratio of the weights in decibel, 20 log10(abs(mu) / sigma). Undefined without sigmas. */
export function snrReport(posterior: readonly WeightPosterior[]): SnrReport | undefined {
  if (posterior.some(({ sigma }) => sigma === undefined)) return undefined;
  const decibels = posterior.map(({ mu, sigma }) =>
    mu.map((m, i) => (20 * log(Math.abs(m) / sigma![i]!)) / Math.LN10),
  );
  return { histogram: histogram(concatenated(decibels), SNR_RANGE) };
}

function* concatenated(arrays: readonly Float32Array[]): Generator<number> {
  for (const array of arrays) yield* array;
}
