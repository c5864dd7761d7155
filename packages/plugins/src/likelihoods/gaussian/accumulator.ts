import { exp, type Accumulator, type RegressionPrediction } from '@bbb/core';
import { logSdOf, sharedLogSd, type GaussianForm } from './noise.js';

/**
 * Collects the Gaussians of the members, in the unit of the target. Outputs that are Gaussian themselves add their variance, which is
 * the member's `spread`.
 */
export function gaussianAccumulator(form: GaussianForm, examples: number): Accumulator<RegressionPrediction> {
  const { outputs, scaling } = form;
  const means: Float64Array[] = [];
  const sds: Float64Array[] = [];
  const spreads: Float64Array[] = [];
  const byExample = (value: (row: number) => number): Float64Array =>
    Float64Array.from({ length: examples }, (_, row) => value(row));
  return {
    add(values, parameters, variances) {
      const shared = sharedLogSd(form, parameters);
      means.push(byExample((row) => scaling.mean + scaling.sd * values[outputs * row]!));
      // The mean of exp(2 x) is exp(2 m + 2 v) for a Gaussian x.
      const more = (row: number): number =>
        form.noise === 'per-input' && variances ? variances[2 * row + 1]! : 0;
      const total = byExample((row) => scaling.sd * exp(logSdOf(form, values, row, shared) + more(row)));
      sds.push(total);
      if (!variances) return;
      const spread = byExample((row) => scaling.sd * Math.sqrt(variances[outputs * row]!));
      spreads.push(spread);
      total.forEach((sd, row) => (total[row] = Math.sqrt(sd * sd + spread[row]! * spread[row]!)));
    },
    finish: () => ({
      examples,
      of: (example) => ({
        means: means.map((member) => member[example]!),
        sds: sds.map((member) => member[example]!),
        ...(spreads.length > 0 ? { spreads: spreads.map((member) => member[example]!) } : {}),
      }),
    }),
  };
}
