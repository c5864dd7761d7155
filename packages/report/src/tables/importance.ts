import type { SweepData } from '@bbb/core';
import { importanceOf } from '../importance/importance.js';
import { left, missing, number, right, text, type Table } from './table.js';

const LOSSES = { validationError: 'validation error', validationNll: 'validation NLL' } as const;

/**
 * How much each setting of a search or a grid matters. Undefined for other sweeps, and for too few configurations.
 * @param data a sweep, as `readSweep` gives it
 */
export function importanceTable(data: SweepData): Table | undefined {
  const importance = importanceOf(data);
  if (!importance) return undefined;
  const { settings, together, configurations, best, objective } = importance;
  const loss = LOSSES[objective];
  return {
    id: 'importance',
    title: 'Which settings matter',
    columns: [
      left('setting', 'setting'),
      right('share', `share of the variance of the ${loss}, %`),
      left('best', 'in the best configuration'),
    ],
    rows: [
      ...settings.map(({ varied, share }) => [
        text(varied.path),
        number(share, 'percent'),
        text(varied.value(best)),
      ]),
      [text('several together'), number(together, 'percent'), missing('not one setting')],
    ],
    notes: [
      `How much of the variance of the ${loss} over the whole space each setting explains by itself, estimated from ${configurations} finished configurations by a random forest (fANOVA, Hutter et al. 2014).`,
      'A setting may matter little because its range is narrow, and an estimate from few configurations is rough.',
      ...(data.stoppedEarly?.length
        ? ['Configurations that were stopped early have no final error and are left out.']
        : []),
    ],
  };
}
