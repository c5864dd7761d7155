import { appendFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { definePlugin, headlineOf } from '@bbb/core';
import { z } from 'zod';

export default definePlugin({
  name: 'bbb-plugin-csv',
  reporters: {
    csv: {
      description: 'A line of CSV for every trial that ends.',
      options: z.strictObject({
        file: z.string().default('trials.csv').describe('Path of the file; lines are added at its end.'),
      }),
      create({ file }, { cwd }) {
        const path = resolve(cwd, file);
        const add = (...cells: (string | number)[]): void => appendFileSync(path, `${cells.join(',')}\n`);
        if (!existsSync(path)) add('trial', 'label', 'seed', 'ended', 'seconds', 'metric', 'value');
        return {
          onEvent(event) {
            if (event.type === 'trial-done') {
              const { id, label, seed, seconds, result } = event;
              // The headline metric of the dense network: accuracy of a classifier, RMSE of a regression, ...
              const { metric } = headlineOf(result);
              const value = result.pruning[0]?.evaluations[0]?.metrics[metric] ?? '';
              add(id, label, seed, 'done', seconds.toFixed(2), metric, value);
            } else if (event.type === 'trial-failed' && !event.willRetry) {
              add(event.id, event.label, event.seed, event.kind, '', '', '');
            }
          },
        };
      },
    },
  },
});
