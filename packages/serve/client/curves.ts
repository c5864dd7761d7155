import { areaY, axisY, dot, gridY, lineY, pointer, tip, type Markish } from '@observablehq/plot';
import { logTicks } from '@bbb/report/log-ticks';
import type { Headline, Method, TrialRow } from '../src/protocol.js';
import { byId, elementOf, setText } from './dom.js';
import { capitalised, nameOf, STATES } from './format.js';
import { chart, epochTicks, fitted } from './plot.js';
import {
  bySeeds,
  FEWEST,
  meansOf,
  measureName,
  measureText,
  pointsOf,
  type MeanPoint,
  type Measure,
  type Point,
} from './points.js';
import type { View } from './state.js';

/** The settings that the reader chose. */
interface Choice {
  readonly measure: Measure;
  readonly lines: 'trials' | 'means';
  readonly log: boolean;
}

/**
 * A line for every trial or for the seeds of a configuration, in the colour of its method. Trials that the filters leave out are
 * drawn as a shadow.
 */
export function createCurves(open: (id: string) => void): (view: View) => void {
  const place = byId('curves');
  const controls = {
    measure: elementOf('measure', HTMLSelectElement),
    lines: elementOf('lines', HTMLSelectElement),
    scale: elementOf('scale', HTMLSelectElement),
  };
  const choice = (): Choice => ({
    measure: controls.measure.value as Measure,
    lines: controls.lines.value as Choice['lines'],
    log: controls.scale.value === 'log',
  });
  let shown: View | undefined;
  let chosen = false;
  const redraw = fitted(place, (width) => {
    if (!shown) return;
    setText('curves-title', titleOf(choice().measure, shown));
    place.replaceChildren(curves(shown, width, choice(), open));
  });
  for (const control of Object.values(controls)) control.addEventListener('change', redraw);
  controls.lines.addEventListener('change', () => (chosen = true));
  return (view) => {
    shown = view;
    // If there are enough seeds, most readers want to see the means first.
    if (!chosen) controls.lines.value = hasSeeds(view) ? 'means' : 'trials';
    redraw();
  };
}

function hasSeeds({ snapshot }: View): boolean {
  return bySeeds(snapshot.trials.filter(({ curve }) => curve.length > 0)).some(
    (group) => group.length >= FEWEST,
  );
}

/** Without the unit: "Validation error by epoch". */
function titleOf(measure: Measure, { snapshot }: View): string {
  return `${capitalised(measureName(measure, snapshot).replace(/ \(.*\)$/, ''))} by epoch`;
}

function curves(
  { snapshot, visible }: View,
  width: number,
  choice: Choice,
  open: (id: string) => void,
): Element {
  const { headline, methods } = snapshot;
  const { measure, log } = choice;
  const chosen = new Set(visible);
  const points = (rows: readonly TrialRow[]): Point[] =>
    rows.flatMap((row) => pointsOf(row, measure, log, headline));
  const shadows = points(snapshot.trials.filter((row) => !chosen.has(row)));
  const { single, means } = split(visible, choice, points);
  const values = [...single, ...shadows].map(({ value }) => value);
  const ends = means.flatMap(({ mean, low, high }) => [log && low <= 0 ? mean : low, high]);
  if (values.length + ends.length === 0) return nothing(choice);
  const epochs = Math.max(...snapshot.trials.map((row) => row.epochs));
  const ticks = log ? logTicks(Math.min(...values, ...ends), Math.max(...values, ...ends)) : undefined;
  const label = measureName(measure, snapshot);
  const svg = chart(
    `${capitalised(label)} by epoch of ${visible.length} trials; the table below has the numbers`,
    {
      width,
      height: Math.min(420, Math.max(260, width * 0.42)),
      marginLeft: 52,
      marginBottom: 38,
      x: { label: 'epoch', domain: [1, Math.max(2, epochs)], ticks: epochTicks(epochs), tickFormat: String },
      y: { type: log ? 'log' : 'linear', label, zero: !log && measure === 'error' },
      marks: [
        gridY(ticks ?? undefined, ticks ? {} : { ticks: 6 }),
        axisY(ticks ?? undefined, { label, tickFormat: shortNumber, ...(ticks ? {} : { ticks: 6 }) }),
        lineY(shadows, { x: 'epoch', y: 'value', z: 'id', stroke: 'var(--line)' }),
        ...methods.flatMap((method) => [
          ...meanMarks(
            method,
            means.filter(({ label: of }) => of === method.label),
            log,
          ),
          ...methodMarks(
            method,
            single.filter(({ row }) => row.label === method.label),
          ),
        ]),
        ...tips(single, means, choice, headline),
      ],
    },
  );
  svg.addEventListener('click', () => {
    const at = svg.value as Point | MeanPoint | null;
    if (at && 'id' in at) open(at.id);
  });
  return svg;
}

/** Turns configurations with enough seeds into means, if the reader chose that. The others stay single trials. */
function split(
  visible: readonly TrialRow[],
  { lines }: Choice,
  points: (rows: readonly TrialRow[]) => Point[],
): { readonly single: Point[]; readonly means: MeanPoint[] } {
  if (lines === 'trials') return { single: points(visible), means: [] };
  const groups = bySeeds(visible);
  return {
    single: groups.filter((group) => group.length < FEWEST).flatMap((group) => points(group)),
    means: groups.filter((group) => group.length >= FEWEST).flatMap((group) => meansOf(group, points(group))),
  };
}

function nothing({ log }: Choice): Element {
  return Object.assign(document.createElement('p'), {
    className: 'soft',
    textContent: log ? 'No epoch is done yet, or none has a value above zero.' : 'No epoch is done yet.',
  });
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(3)));

function meanMarks({ color, dash }: Method, means: readonly MeanPoint[], log: boolean): Markish[] {
  const stroke = dash === 'none' ? {} : { strokeDasharray: dash };
  return [
    areaY(means, {
      x: 'epoch',
      // A logarithmic axis can't show values below zero.
      y1: ({ low, mean }: MeanPoint) => (log ? Math.max(low, mean / 10) : low),
      y2: 'high',
      z: 'name',
      fill: color,
      fillOpacity: 0.18,
    }),
    lineY(means, { x: 'epoch', y: 'mean', z: 'name', stroke: color, strokeWidth: 2, ...stroke }),
  ];
}

function methodMarks({ color, dash }: Method, own: readonly Point[]): Markish[] {
  const last = own.filter(({ row, epoch }) => epoch === row.curve.at(-1)?.[0]);
  const stroke = dash === 'none' ? {} : { strokeDasharray: dash };
  const ends = (state: (row: TrialRow) => boolean): Point[] => last.filter(({ row }) => state(row));
  const at = { x: 'epoch', y: 'value' };
  return [
    lineY(own, { ...at, z: 'id', stroke: color, strokeWidth: 1.6, strokeOpacity: 0.85, ...stroke }),
    dot(
      ends(({ state }) => state === 'stopped-early'),
      { ...at, symbol: 'times', r: 4.5, stroke: color, strokeWidth: 2 },
    ),
    dot(
      ends(({ state }) => state === 'running'),
      { ...at, r: 4, stroke: color, fill: 'var(--page)', strokeWidth: 2 },
    ),
    dot(
      ends(({ state }) => state !== 'running' && state !== 'stopped-early'),
      { ...at, r: 2.2, fill: color },
    ),
  ];
}

function tips(
  single: readonly Point[],
  means: readonly MeanPoint[],
  { measure }: Choice,
  headline: Headline,
): Markish[] {
  const text = (value: number): string => measureText(measure, value, headline);
  const ofTrial = ({ row, epoch, value }: Point): string => {
    const state =
      row.state === 'stopped-early' ? `stopped early after epoch ${row.epoch}` : STATES[row.state];
    return `${nameOf(row)}\nseed ${row.seed}, ${state}\nid ${row.id}\nepoch ${epoch}: ${text(value)}`;
  };
  const ofMean = ({ name, epoch, seeds, mean, low, high }: MeanPoint): string =>
    `${name}\nmean of ${seeds} seeds\nepoch ${epoch}: ${text(mean)}\n95 % interval ${text(low)} to ${text(high)}`;
  return [
    ...(single.length > 0
      ? [tip(single, pointer({ x: 'epoch', y: 'value', title: ofTrial, maxRadius: 30 }))]
      : []),
    ...(means.length > 0
      ? [tip(means, pointer({ x: 'epoch', y: 'mean', title: ofMean, maxRadius: 30 }))]
      : []),
  ];
}
