import { dot, lineY, pointer, tip, type Markish } from '@observablehq/plot';
import type { Headline, Method, TrialRow } from '../src/protocol.js';
import { byId, elementOf, setText } from './dom.js';
import { capitalised, errorName, errorText, nameOf, STATES } from './format.js';
import { chart, epochTicks, fitted } from './plot.js';
import type { View } from './state.js';

interface Point {
  readonly row: TrialRow;
  readonly id: string;
  readonly epoch: number;
  /** As it is shown. */
  readonly error: number;
}

/** A line for every trial, in the colour of its method; those that the filters leave out stay as shadows. */
export function createCurves(open: (id: string) => void): (view: View) => void {
  const place = byId('curves');
  const scale = elementOf('scale', HTMLSelectElement);
  let shown: View | undefined;
  const redraw = fitted(place, (width) => {
    if (shown) place.replaceChildren(curves(shown, width, scale.value === 'log', open));
  });
  scale.addEventListener('change', redraw);
  return (view) => {
    shown = view;
    setText(
      'curves-title',
      `${view.snapshot.curve === 'validation' ? 'Validation' : 'Training'} ${view.snapshot.headline.error} by epoch`,
    );
    redraw();
  };
}

function curves(
  { snapshot, visible }: View,
  width: number,
  log: boolean,
  open: (id: string) => void,
): Element {
  const { headline } = snapshot;
  const chosen = new Set(visible);
  const points = (rows: readonly TrialRow[]): Point[] => rows.flatMap((row) => pointsOf(row, log, headline));
  const own = points(visible);
  const shadows = points(snapshot.trials.filter((row) => !chosen.has(row)));
  if (own.length + shadows.length === 0) {
    return Object.assign(document.createElement('p'), {
      className: 'soft',
      textContent: 'No epoch is done yet.',
    });
  }
  const epochs = Math.max(...snapshot.trials.map((row) => row.epochs));
  const svg = chart(
    `${capitalised(headline.error)} by epoch of ${visible.length} trials; the table below has the numbers`,
    {
      width,
      height: Math.min(420, Math.max(260, width * 0.42)),
      marginLeft: 48,
      marginBottom: 38,
      x: { label: 'epoch', domain: [1, Math.max(2, epochs)], ticks: epochTicks(epochs), tickFormat: String },
      y: {
        type: log ? 'log' : 'linear',
        label: errorName(snapshot.curve, headline),
        grid: true,
        ticks: 6,
        tickFormat: (value: number) => String(Number(value.toPrecision(3))),
        zero: !log,
      },
      marks: [
        lineY(shadows, { x: 'epoch', y: 'error', z: 'id', stroke: 'var(--line)' }),
        ...snapshot.methods.flatMap((method) => methodMarks(method, own)),
        tip(
          own,
          pointer({
            x: 'epoch',
            y: 'error',
            title: (point: Point) => titleOf(point, headline),
            maxRadius: 30,
          }),
        ),
      ],
    },
  );
  svg.addEventListener('click', () => {
    const at = svg.value as Point | null;
    if (at) open(at.id);
  });
  return svg;
}

function methodMarks({ label, color, dash }: Method, points: readonly Point[]): Markish[] {
  const own = points.filter(({ row }) => row.label === label);
  const last = own.filter(({ row, epoch }) => epoch === row.curve.at(-1)?.[0]);
  const stroke = dash === 'none' ? {} : { strokeDasharray: dash };
  const ends = (state: (row: TrialRow) => boolean): Point[] => last.filter(({ row }) => state(row));
  return [
    lineY(own, {
      x: 'epoch',
      y: 'error',
      z: 'id',
      stroke: color,
      strokeWidth: 1.6,
      strokeOpacity: 0.85,
      ...stroke,
    }),
    dot(
      ends(({ state }) => state === 'stopped-early'),
      {
        x: 'epoch',
        y: 'error',
        symbol: 'times',
        r: 4.5,
        stroke: color,
        strokeWidth: 2,
      },
    ),
    dot(
      ends(({ state }) => state === 'running'),
      {
        x: 'epoch',
        y: 'error',
        r: 4,
        stroke: color,
        fill: 'var(--page)',
        strokeWidth: 2,
      },
    ),
    dot(
      ends(({ state }) => state !== 'running' && state !== 'stopped-early'),
      { x: 'epoch', y: 'error', r: 2.2, fill: color },
    ),
  ];
}

/** A logarithmic axis has no place for zero. */
function pointsOf(row: TrialRow, log: boolean, { factor }: Headline): Point[] {
  return row.curve
    .filter(([, error]) => !log || error > 0)
    .map(([epoch, error]) => ({ row, id: row.id, epoch, error: error * factor }));
}

function titleOf({ row, epoch, error }: Point, headline: Headline): string {
  const state = row.state === 'stopped-early' ? `stopped early after epoch ${row.epoch}` : STATES[row.state];
  return `${nameOf(row)}\nseed ${row.seed}, ${state}\nepoch ${epoch}: ${errorText(error / headline.factor, headline)}`;
}
