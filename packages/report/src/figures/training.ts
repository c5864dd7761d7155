import { axisY, gridY } from '@observablehq/plot';
import type { EpochMetrics } from '@bbb/core';
import { elapsed } from '../data/cost.js';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { errorValue, isOfClasses, metricOf, named } from '../data/headline-metric.js';
import { estimate } from '../stats/estimate.js';
import { composeFigure, type Panel } from './compose.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import { lineMarks, spreadOf, type LinePoint } from './lines.js';
import { logTicks } from './log-ticks.js';
import type { StyleOf } from './style.js';
import { INTERVALS, seedsOf, xAxis } from './axes.js';

interface Curve {
  readonly label: string;
  readonly value: (metrics: EpochMetrics) => number | undefined;
  readonly unit: string;
  readonly digits: number;
  /** Scale of the vertical axis. The NLL of a density may be negative, which a logarithmic axis can't show. */
  readonly scale: 'log' | 'linear';
}

/** Error and objective over training, by epoch and by time. */
export function trainingFigure(setting: Setting, styleOf: StyleOf): Figure {
  const validated = setting.groups.some(({ results }) =>
    results.some(({ epochs }) => epochs.some(({ validationError }) => validationError !== undefined)),
  );
  const { error: measured, factor, format, unit } = metricOf(setting.groups);
  const classes = isOfClasses(setting.groups);
  const axis = (value: number): number => errorValue(setting.groups[0]!.results[0]!, value) * factor;
  const error: Curve = {
    label: named(`${validated ? 'validation' : 'training'} ${measured.name}`, unit),
    value: validated ? ({ validationError: e }) => e && axis(e) : ({ trainError: e }) => axis(e),
    unit,
    digits: factor === 100 ? 2 : Number(/\d+$/.exec(format)?.[0] ?? 4),
    scale: 'log',
  };
  const nll: Curve = {
    label: 'training NLL (nats)',
    value: ({ trainNll }) => trainNll,
    unit: ' nats',
    digits: 4,
    scale: classes ? 'log' : 'linear',
  };
  const curves = [error, nll];
  return composeFigure({
    id: 'training',
    title: `Training: ${settingTitle(setting)}`,
    description: `${error.label} and ${nll.label} of each method, by epoch on the left and by seconds of training on the right.`,
    legend: methodLegend(setting.groups, styleOf, 'dash'),
    rows: curves.map((curve) => [
      panel(setting, styleOf, curve, 'epoch'),
      panel(setting, styleOf, curve, 'seconds'),
    ]),
    caption: `${INTERVALS} ${seedsOf(setting.groups)} Training values carry the noise of training (dropout, sampled weights). ${classes ? 'Vertical axes are logarithmic.' : `The vertical axes of ${measured.name} are logarithmic.`} Time is the mean over seeds, without evaluation.`,
  });
}

function panel(setting: Setting, styleOf: StyleOf, curve: Curve, by: 'epoch' | 'seconds'): Panel {
  const lines = setting.groups.map((group) => ({ group, points: curvePoints(group, curve, by) }));
  const values = lines.flatMap(({ points }) =>
    points.flatMap(({ mean, low = mean, high = mean }) => [low, high]),
  );
  const ticks =
    curve.scale === 'log' && values.length > 0 ? logTicks(Math.min(...values), Math.max(...values)) : [];
  return {
    title: `${curve.label} by ${by === 'epoch' ? 'epoch' : 'time'}`,
    options: {
      width: 410,
      height: 260,
      marginLeft: 48,
      marginTop: 10,
      marginBottom: 42,
      x: by === 'epoch' ? epochAxis(setting) : xAxis('training time (s)', { ticks: 6 }),
      y: curve.scale === 'log' ? { type: 'log', label: null, axis: null } : LINEAR,
      marks: [
        ...(curve.scale === 'log'
          ? [gridY(ticks), axisY(ticks, { label: null, text: ticks.map(String) })]
          : []),
        ...lines.flatMap(({ group, points }) => lineMarks(points, styleOf(group), { markers: false })),
      ],
    },
  };
}

/** Means over the seeds that reached an epoch. */
function curvePoints(
  group: Group,
  { value, unit, digits, scale }: Curve,
  by: 'epoch' | 'seconds',
): LinePoint[] {
  const length = Math.max(...group.results.map(({ epochs }) => epochs.length));
  const times = group.results.map(elapsed);
  return Array.from({ length }, (_, i) => i).flatMap((i): LinePoint[] => {
    const reached = group.results.filter(({ epochs }) => epochs[i]);
    const mean = estimate(reached.flatMap(({ epochs }) => value(epochs[i]!) ?? []));
    // A logarithmic axis can't show zero.
    if (!mean || (scale === 'log' && mean.mean <= 0)) return [];
    const { epoch } = reached[0]!.epochs[i]!;
    const seconds = times.flatMap((time) => time[i] ?? []).reduce((a, b) => a + b, 0) / reached.length;
    return [
      {
        x: by === 'epoch' ? epoch : seconds,
        mean: mean.mean,
        ...spreadOf(mean, 1, [scale === 'log' ? mean.mean / 100 : -Infinity, Infinity]),
        title: `${group.name}, epoch ${epoch} (${seconds.toFixed(1)} s): ${mean.mean.toFixed(digits)}${unit}`,
      },
    ];
  });
}

const LINEAR = { label: null, grid: true, nice: true, ticks: 6 } as const;

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Epochs are whole numbers, so there are no ticks in between. */
function epochAxis({ groups }: Setting) {
  const epochs = Math.max(...groups.flatMap(({ results }) => results.map((result) => result.epochs.length)));
  const every = STEPS.find((step) => epochs / step <= 6) ?? Math.ceil(epochs / 6);
  const ticks = Array.from({ length: Math.floor(epochs / every) }, (_, i) => (i + 1) * every);
  return xAxis('epoch', { ticks, tickFormat: String });
}
