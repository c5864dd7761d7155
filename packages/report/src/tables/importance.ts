import type { SweepData } from '@bbb/core';
import { importanceOf } from '../importance/importance.js';
import { left, missing, number, right, text, type Table } from './table.js';

const LOSSES = { validationError: 'validation error', validationNll: 'validation NLL' } as const;

/**
 * How much each hyper-parameter of a search or a grid matters. Undefined for other sweeps, and for too few configurations.
 * @param data a sweep, as `readSweep` gives it
 */
export function importanceTable(data: SweepData): Table | undefined {
  const importance = importanceOf(data);
  if (!importance) return undefined;
  const { hyperparameters, together, configurations, best, objective } = importance;
  const loss = LOSSES[objective];
  return {
    id: 'importance',
    title: 'Which hyper-parameters matter',
    columns: [
      left('hyperparameter', 'hyper-parameter'),
      right('share', `share of the variance of the ${loss}, %`),
      left('best', 'in the best configuration'),
    ],
    rows: [
      ...hyperparameters.map(({ varied, share }) => [
        text(varied.path),
        number(share, 'percent'),
        text(varied.value(best)),
      ]),
      [text('several together'), number(together, 'percent'), missing('not one hyper-parameter')],
    ],
    notes: [
      `How much of the variance of the ${loss} over the whole space each hyper-parameter explains by itself, estimated from ${configurations} finished configurations by a random forest (fANOVA, Hutter et al. 2014).`,
      'A hyper-parameter may matter little because its range is narrow, and an estimate from few configurations is rough.',
      ...(data.stoppedEarly?.length
        ? ['Configurations that were stopped early have no final error and are left out.']
        : []),
    ],
  };
}
