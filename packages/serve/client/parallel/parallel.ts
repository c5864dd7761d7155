import { brushY, type BrushSelection, type D3BrushEvent } from 'd3-brush';
import { create, select, type Selection } from 'd3-selection';
import type { TrialRow } from '../../src/protocol.js';
import type { Axis } from '../axes.js';
import { byId } from '../dom.js';
import { withRange, type Range } from '../filters.js';
import { fitted } from '../plot.js';
import type { State, View } from '../state.js';
import { axisScale, type AxisScale } from './scale.js';

const HEIGHT = 250;
const MARGIN = { top: 34, right: 70, bottom: 40 };
/** Space to the left of the first axis for its ticks. Other axes have the lines to their left. */
const LEFT = { least: 70, character: 7, gap: 14 };
/** Least distance between two axes that can be read, pixels. */
const SPACING = 140;
/** The height below an axis for trials without a value. */
const ABSENT = HEIGHT + 16;
const BRUSH = 22;

interface Placed {
  readonly axis: Axis;
  readonly scale: AxisScale;
  readonly x: number;
}

type Svg = Selection<SVGSVGElement, unknown, null, undefined>;

/** Parallel coordinates: each trial is a line through its hyper-parameters and results. Brushes on the axes filter the trials. */
export function createParallel(state: State, open: (id: string) => void): (view: View) => void {
  const place = byId('parallel');
  const canvas = createCanvas(state);
  let shown: View | undefined;
  const redraw = fitted(place, (width) => {
    if (shown) canvas.draw(shown, width, open);
  });
  place.append(canvas.node);
  return (view) => {
    shown = view;
    redraw();
  };
}

function createCanvas(state: State) {
  const svg = create('svg').attr('class', 'parallel').attr('role', 'img') as unknown as Svg;
  const lines = svg.append('g').attr('class', 'lines').attr('transform', `translate(0,${MARGIN.top})`);
  const axes = svg.append('g').attr('transform', `translate(0,${MARGIN.top})`);
  let brushing = false;
  const brush = brushY<Placed>()
    .extent([
      [-BRUSH / 2, 0],
      [BRUSH / 2, HEIGHT],
    ])
    .on('start end brush', ({ type, selection, sourceEvent }: D3BrushEvent<Placed>, { axis, scale }) => {
      // The page itself has moved the brush, so the filter is set already.
      if (!sourceEvent) return;
      brushing = type !== 'end';
      const range = rangeOf(selection, scale);
      // A brush around no choice counts as no brush.
      const none = !brushing && range?.kind === 'choice' && range.values.size === 0;
      state.filter((filters) => withRange(filters, axis.key, none ? undefined : range));
    });

  const draw = (view: View, room: number, open: (id: string) => void): void => {
    const { snapshot, filters, visible } = view;
    const placed = place(view, room);
    const width = Math.max(room, (placed.at(-1)?.x ?? 0) + MARGIN.right);
    svg
      .attr('width', width)
      .attr('height', HEIGHT + MARGIN.top + MARGIN.bottom)
      .attr(
        'aria-label',
        `Parallel coordinates of ${visible.length} trials over ${placed.map(({ axis }) => axis.label).join(', ')}`,
      );
    drawLines(lines, view, placed, open);
    const groups = axes
      .selectAll<SVGGElement, Placed>('g.axis')
      .data(placed, ({ axis }) => axis.key)
      .join((enter) => newAxis(enter.append('g').attr('class', 'axis')));
    groups.attr('transform', ({ x }) => `translate(${x},0)`);
    groups.select<SVGGElement>('g.ticks').each(function ({ scale }) {
      drawTicks(this, scale);
    });
    const absent = placed.filter(({ axis }) => snapshot.trials.some((row) => axis.value(row) === undefined));
    groups.select('text.absent').text((own) => (absent.includes(own) ? 'none' : ''));
    // Do not redraw while somebody is dragging a brush.
    if (brushing) return;
    groups.select<SVGGElement>('g.brush').each(function (own) {
      const range = filters.ranges.get(own.axis.key);
      const group = select<SVGGElement, Placed>(this).datum(own);
      brush(group);
      brush.move(group, range ? own.scale.span(range) : null);
    });
  };
  return { node: svg.node()!, draw };
}

function rangeOf(selection: BrushSelection | null, scale: AxisScale): Range | undefined {
  return selection ? scale.range(...(selection as [number, number])) : undefined;
}

function place({ axes, snapshot }: View, room: number): Placed[] {
  const scaled = axes.flatMap((axis) => {
    const scale = axisScale(axis, snapshot.trials, HEIGHT);
    return scale ? [{ axis, scale }] : [];
  });
  const longest = Math.max(0, ...(scaled[0]?.scale.ticks.map(({ text }) => text.length) ?? []));
  const left = Math.max(LEFT.least, longest * LEFT.character + LEFT.gap);
  const between = Math.max(SPACING, (room - left - MARGIN.right) / Math.max(1, scaled.length - 1));
  return scaled.map((own, i) => ({ ...own, x: left + i * between }));
}

function drawLines(
  lines: Selection<SVGGElement, unknown, null, undefined>,
  { snapshot, visible }: View,
  placed: readonly Placed[],
  open: (id: string) => void,
): void {
  const colors = new Map(snapshot.methods.map(({ label, color }) => [label, color]));
  const chosen = new Set(visible);
  // Trials without any result yet would hide the others.
  const rows = snapshot.trials.filter(({ state }) => state !== 'waiting');
  const paths = lines
    .selectAll<SVGPathElement, TrialRow>('path')
    .data(rows, ({ id }) => id)
    .join((enter) => enter.append('path').on('click', (_, { id }) => open(id)));
  paths
    .attr('d', (row) => pathOf(row, placed))
    .attr('stroke', ({ label }) => colors.get(label) ?? null)
    .classed('out', (row) => !chosen.has(row));
  paths.filter((row) => chosen.has(row)).raise();
}

function pathOf(row: TrialRow, placed: readonly Placed[]): string {
  return placed
    .map(({ axis, scale, x }, i) => {
      const value = axis.value(row);
      const y = value === undefined ? ABSENT : scale.at(value);
      return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join('');
}

function newAxis(groups: Selection<SVGGElement, Placed, SVGGElement, unknown>) {
  groups.append('line').attr('class', 'rule').attr('y2', HEIGHT);
  groups.append('g').attr('class', 'ticks');
  const name = groups.append('text').attr('class', 'name').attr('y', -16).attr('text-anchor', 'middle');
  name.text(({ axis }) => axis.label);
  name.append('title').text(({ axis }) => axis.title);
  groups
    .append('text')
    .attr('class', 'absent')
    .attr('y', ABSENT + 14)
    .attr('text-anchor', 'middle');
  groups.append('g').attr('class', 'brush');
  return groups;
}

function drawTicks(group: SVGGElement, { ticks }: AxisScale): void {
  const marks = select(group)
    .selectAll<SVGGElement, AxisScale['ticks'][number]>('g')
    .data(ticks, ({ text }) => text)
    .join((enter) => {
      const made = enter.append('g');
      made.append('line').attr('x1', -4).attr('x2', 4);
      made
        .append('text')
        .attr('x', -8)
        .attr('dy', '0.32em')
        .attr('text-anchor', 'end')
        .text(({ text }) => text);
      return made;
    });
  marks.attr('transform', ({ y }) => `translate(0,${y})`);
}
