import { dot, lineY, ruleY } from '@observablehq/plot';
import type { EpochMetrics } from '@bbb/core';
import type { Method, Snapshot } from '../../src/protocol.js';
import { make } from '../dom.js';
import { capitalised, errorName, errorText } from '../format.js';
import { chart, epochTicks } from '../plot.js';

/** Errors of one trial by epoch: solid on the validation examples, dotted on the training examples. */
export function detailCurve(
  epochs: readonly EpochMetrics[],
  { color }: Method,
  { curve, headline }: Pick<Snapshot, 'curve' | 'headline'>,
): HTMLElement {
  const { factor } = headline;
  const last = epochs.at(-1)!.epoch;
  const training = epochs.map(({ epoch, trainError }) => ({ epoch, error: trainError * factor }));
  const validation = epochs.flatMap(({ epoch, validationError }) =>
    validationError === undefined ? [] : [{ epoch, error: validationError * factor }],
  );
  const x = { x: 'epoch', y: 'error', stroke: color };
  const svg = chart(`${capitalised(headline.error)} by epoch of this trial`, {
    width: Math.max(300, Math.min(680, window.innerWidth * 0.94 - 48)),
    height: 220,
    marginLeft: 44,
    marginBottom: 38,
    x: { label: 'epoch', domain: [1, Math.max(2, last)], ticks: epochTicks(last), tickFormat: String },
    y: { label: errorName('', headline), grid: true, ticks: 5 },
    marks: [
      ruleY([0], { strokeOpacity: 0.3 }),
      lineY(training, { ...x, strokeDasharray: '2 3' }),
      lineY(validation, { ...x, strokeWidth: 2 }),
      dot(validation, {
        ...x,
        r: 2.5,
        fill: color,
        title: ({ epoch, error }: { epoch: number; error: number }) =>
          `epoch ${epoch}: ${errorText(error / factor, headline)}`,
      }),
    ],
  });
  const legend =
    curve === 'validation'
      ? `Solid: validation ${headline.error}. Dotted: training ${headline.error}, with the noise of training.`
      : `Training ${headline.error}, with the noise of training.`;
  return make(
    'figure',
    {},
    make('div', { className: 'scroll' }, svg),
    make('figcaption', { className: 'soft' }, legend),
  );
}
