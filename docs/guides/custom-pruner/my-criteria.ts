import { definePlugin, inputUnitOf, unitGroups } from '@bbb/core';
import { z } from 'zod';

const options = z.strictObject({});

export default definePlugin({
  name: 'bbb-plugin-my-criteria',
  pruners: {
    // Uses the training examples: how much the loss rises, to second order, if a weight is removed.
    'my-saliency': {
      description: 'w^2 times the curvature of the loss, less what its slope gives back.',
      options,
      needs: ['examples'],
      create: () => ({
        score(weights, _key, context) {
          const statistics = context.statistics(weights);
          const count = context.once('examples', weights, ({ examples }) => examples.rows.length);
          const [slope, curvature] = [statistics.gradient(), statistics.ggn()];
          return weights.mu.map((w, i) => (curvature[i]! * w * w) / 2 - count * slope[i]! * w);
        },
        // Also measures the network without all weights whose removal would lower the loss.
        suggest: () => 0,
      }),
    },
    // Removes whole hidden units: those with the smallest weights into the next layer.
    'my-units': {
      description: 'Sum of abs(w) out of each hidden unit.',
      options,
      granularity: 'unit',
      create: () => ({
        score({ name, shape }, _key, { architecture, posterior }) {
          const { next } = unitGroups(architecture).find(({ weight }) => weight.name === name)!;
          const scores = new Float32Array(shape.at(-1)!);
          const { mu } = posterior.find((weights) => weights.name === next.name)!;
          mu.forEach((w, i) => (scores[inputUnitOf(next, i)]! += Math.abs(w)));
          return scores;
        },
      }),
    },
  },
});
