import { definePlugin, exp, log, type Likelihood, type TargetScaling } from '@bbb/core';
import { z } from 'zod';

/** The predictions of one member for every example, in the target's own unit: location and scale. */
interface Member {
  readonly locations: Float64Array;
  readonly scale: number;
}

const LOG_SCALE = 'likelihood.logScale';
const LOG_PI = log(Math.PI);

/** log(Gamma((df + 1) / 2) / Gamma(df / 2)) for a whole df: r(1) = 1 / sqrt(pi), r(df + 1) = df / (2 r(df)). */
function logGammaRatio(df: number): number {
  let value = -0.5 * LOG_PI;
  for (let k = 1; k < df; k++) value = log(k / 2) - value;
  return value;
}

/**
 * (y - m(x)) / s has Student's t-distribution: outliers change the network less than under a Gaussian. m is the network's output; s
 * is one parameter, learned with the weights. Both are in units of the standardised target.
 */
export function studentT(
  df: number,
  { mean, sd }: TargetScaling,
  unit: string,
): Likelihood<readonly Member[]> {
  const constant = 0.5 * (log(df) + LOG_PI) - logGammaRatio(df);
  /** -log p of a target, as a density in the unit of location and scale. */
  const nllOf = (y: number, location: number, scale: number): number => {
    const z = (y - location) / scale;
    return constant + log(scale) + 0.5 * (df + 1) * log(1 + (z * z) / df);
  };
  const member = (outputs: ArrayLike<number>, logScale: number): Member => ({
    locations: Float64Array.from(outputs, (output) => mean + sd * output),
    scale: sd * exp(logScale),
  });

  return {
    outputs: 1,
    parameters: [{ name: LOG_SCALE, shape: [1], initial: log(0.5) }],
    headline: { metric: 'mae', label: 'MAE', unit, factor: 1, better: 'lower', error: 'MAE' },

    nll(ops, outputs, targets, parameters, gradient) {
      const logScale = ops.read(parameters[LOG_SCALE]!)[0]!;
      const { locations, scale } = member(ops.read(outputs), logScale);
      const grad = new Float64Array(targets.length);
      let [nll, error, dLogScale] = [0, 0, 0];
      for (const [row, y] of targets.entries()) {
        nll += nllOf(y, locations[row]!, scale);
        error += Math.abs(y - locations[row]!);
        const z = (y - locations[row]!) / scale;
        const pull = ((df + 1) * z) / (df + z * z);
        grad[row] = -pull / exp(logScale);
        dLogScale += 1 - pull * z;
      }
      if (gradient) {
        ops.write(
          gradient.outputs,
          grad.map((value) => gradient.scale * value),
        );
        ops.write(gradient.parameters[LOG_SCALE]!, [gradient.scale * dLogScale]);
      }
      return { nll, error };
    },

    error: (sum, count) => sum / count,

    validate(outputs, targets, parameters) {
      const { locations, scale } = member(outputs, parameters[LOG_SCALE]![0]!);
      let [nll, error] = [0, 0];
      for (const [row, y] of targets.entries()) {
        nll += nllOf(y, locations[row]!, scale) / targets.length;
        error += Math.abs(y - locations[row]!) / targets.length;
      }
      return { nll, error };
    },

    accumulator() {
      const members: Member[] = [];
      return {
        add: (outputs, parameters) => members.push(member(outputs, parameters[LOG_SCALE]![0]!)),
        finish: () => members,
      };
    },

    evaluate(members, targets) {
      const average = (of: (one: Member) => number): number =>
        members.reduce((sum, one) => sum + of(one), 0) / members.length;
      let [nll, mae, epistemic] = [0, 0, 0];
      for (const [row, y] of targets.entries()) {
        const centre = average(({ locations }) => locations[row]!);
        mae += Math.abs(y - centre);
        epistemic += average(({ locations }) => (locations[row]! - centre) * (locations[row]! - centre));
        // -log of the members' mean density. The largest one is factored out, so that nothing underflows.
        const nats = members.map(({ locations, scale }) => nllOf(y, locations[row]!, scale));
        const least = Math.min(...nats);
        nll += least - log(nats.reduce((sum, one) => sum + exp(least - one), 0) / nats.length);
      }
      const { length } = targets;
      return { metrics: { mae: mae / length, nll: nll / length, epistemic: Math.sqrt(epistemic / length) } };
    },

    /** The mean absolute error of predicting the mean of the training targets. */
    baseline(_train, test) {
      let mae = 0;
      for (const y of test) mae += Math.abs(y - mean) / test.length;
      return mae;
    },

    examples: () => ({}),
  };
}

export default definePlugin({
  name: 'bbb-plugin-student-t',
  likelihoods: {
    'student-t': {
      description: "Real numbers with Student's t noise, for targets with outliers. Shown first: MAE.",
      source: 'Lange et al. 1989, Robust statistical modeling using the t distribution',
      options: z.strictObject({
        df: z
          .int()
          .min(1)
          .max(100)
          .default(4)
          .describe('Degrees of freedom: 1 is Cauchy, many are Gaussian.'),
      }),
      target: 'real',
      create: ({ df }, { target, scaling = { mean: 0, sd: 1 } }) =>
        studentT(df, scaling, (target.kind === 'real' && target.unit) || ''),
    },
  },
});
