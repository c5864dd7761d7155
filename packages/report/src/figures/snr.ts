import { dot, lineY, ruleX, ruleY, text, type Markish } from '@observablehq/plot';
import type { Histogram } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { cumulative, density, pool, quantile } from '../data/histogram.js';
import { sharesOf } from '../data/measure.js';
import { formatShare } from '../tables/format.js';
import { shareLabel, xAxis } from './axes.js';
import { composeFigure, type Panel } from './compose.js';
import type { Figure } from './figure.js';
import { methodLegend } from './legend.js';
import type { Style, StyleOf } from './style.js';

interface Distribution {
  readonly group: Group;
  readonly style: Style;
  readonly histogram: Histogram;
}

/**
 * Density and cumulative distribution of the signal-to-noise ratio abs(mu)/sigma in dB (Figure 4 of the paper), with the ratio below which each
 * sparsity removes all weights.
 * @returns undefined if no method has a posterior with a sigma
 */
export function snrFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const all = setting.groups.flatMap((group): Distribution[] => {
    const histogram = pool(group.results.flatMap(({ snr }) => snr?.histogram ?? []));
    return histogram ? [{ group, style: styleOf(group), histogram }] : [];
  });
  if (all.length === 0) return undefined;
  const shares = sharesOf(all.map(({ group }) => group)).filter((share) => share > 0 && share < 1);
  const domain = [
    Math.floor(Math.min(...all.map(({ histogram }) => quantile(histogram, 0.002) ?? histogram.low)) / 5) * 5,
    Math.ceil(Math.max(...all.map(({ histogram }) => quantile(histogram, 0.999) ?? histogram.high)) / 5) * 5,
  ];
  return composeFigure({
    id: 'snr',
    title: `Signal-to-noise ratio of the weights: ${settingTitle(setting)}`,
    description: `Density and cumulative distribution of 20 log10(abs(mu)/sigma) for ${all.map(({ group }) => group.name).join(', ')}, with the cut at each sparsity.`,
    legend: methodLegend(
      all.map(({ group }) => group),
      styleOf,
      'dash',
    ),
    rows: [
      [panel('density (per dB)', all, shares, domain, 'density')],
      [panel('cumulative share of weights (%)', all, shares, domain, 'cumulative')],
    ],
    caption: `All weights and biases of all seeds together. ${single(all) ? 'Vertical lines and dots' : 'Dots'}: the ratio below which ${listed(shares)} of the weights lie, which is where pruning by this ratio cuts.`,
  });
}

type Kind = 'density' | 'cumulative';

/** The ratio below which a share of a method's weights lies. */
interface Cut {
  readonly x: number;
  readonly y: number;
  readonly title: string;
  readonly color: string;
  readonly label: string;
}

function panel(
  title: string,
  all: readonly Distribution[],
  shares: readonly number[],
  domain: readonly number[],
  kind: Kind,
): Panel {
  const [low = 0, high = 0] = domain;
  const curves = all.map((one) => curveOf(one, kind).filter(({ x }) => x >= low && x <= high));
  const cuts = all.flatMap((one) => cutsOf(one, shares));
  // Place the labels so that they also fit on a phone, where the plot is half as wide.
  const labels = single(all) && kind === 'density' ? placeLabels(cuts, (high - low) / 7) : [];
  const lines = Math.max(0, ...labels.map(({ line }) => line + 1));
  const top = Math.max(...curves.flatMap((curve) => curve.map(({ y }) => y)));
  return {
    title,
    options: {
      width: 720,
      height: kind === 'density' ? 192 + LABEL_LINE * lines : 240,
      marginLeft: 52,
      marginTop: 10 + LABEL_LINE * lines,
      marginBottom: kind === 'density' ? 26 : 42,
      x: xAxis(kind === 'density' ? null : 'signal-to-noise ratio (dB)', { domain: [...domain] }),
      y: { label: null, grid: true, ticks: 5, domain: [0, kind === 'density' ? top * 1.05 : 100] },
      marks: [
        ruleY([0], { strokeOpacity: 0.4 }),
        // With several methods, labels of cuts would overlap. Then only the titles of the dots show the shares.
        ...(single(all) ? cutLines(cuts, labels) : []),
        ...all.map(({ style }, i) =>
          lineY(curves[i], {
            x: 'x',
            y: 'y',
            stroke: style.color,
            strokeWidth: 1.8,
            ...(all.length > 1 && style.dash !== 'none' ? { strokeDasharray: style.dash } : {}),
          }),
        ),
        ...(kind === 'cumulative'
          ? [dot(cuts, { x: 'x', y: 'y', r: 3.5, fill: (cut: Cut) => cut.color, title: 'title' })]
          : []),
      ],
    },
  };
}

/** Per dB, or in percent of the weights. */
function curveOf({ histogram }: Distribution, kind: Kind): { readonly x: number; readonly y: number }[] {
  return kind === 'density'
    ? density(histogram)
    : cumulative(histogram).map(({ x, y }) => ({ x, y: y * 100 }));
}

function cutsOf({ group, histogram, style }: Distribution, shares: readonly number[]): Cut[] {
  return shares.flatMap((share) => {
    const x = quantile(histogram, share);
    if (x === undefined) return [];
    const label = formatShare(share);
    const title = `${group.name}: ${label} of the weights are below ${x.toFixed(1)} dB`;
    return [{ x, y: share * 100, title, color: style.color, label }];
  });
}

/** A vertical line at each cut, and the labels above the plot. */
function cutLines(cuts: readonly Cut[], labels: readonly PlacedLabel<Cut>[]): Markish[] {
  const lines = Math.max(0, ...labels.map(({ line }) => line + 1));
  return [
    ruleX(cuts, {
      x: 'x',
      stroke: 'currentColor',
      strokeOpacity: 0.5,
      strokeDasharray: '3 3',
      title: 'title',
    }),
    ...Array.from({ length: lines }, (_, line) =>
      text(
        labels.filter((label) => label.line === line).map(({ cut }) => cut),
        { x: 'x', text: 'label', frameAnchor: 'top', dy: -10 - LABEL_LINE * line, fontSize: 11 },
      ),
    ),
  ];
}

const LABEL_LINE = 13;

/** "50, 75 and 90 %". */
function listed(shares: readonly number[]): string {
  const numbers = shares.map(shareLabel);
  return `${[numbers.slice(0, -1).join(', '), numbers.at(-1)].filter(Boolean).join(' and ')} %`;
}

/** Whether there is room for a vertical line with a label at each cut. */
function single(all: readonly Distribution[]): boolean {
  return all.length === 1;
}

/** A label above the plot, and in which line it stands: 0 is the lowest. */
export interface PlacedLabel<T> {
  readonly cut: T;
  readonly line: number;
}

/** Puts each label into the lowest line where it does not overlap one to its left. `apart` is the width of a label on the axis. */
export function placeLabels<T extends { readonly x: number }>(
  cuts: readonly T[],
  apart: number,
): PlacedLabel<T>[] {
  const ends: number[] = [];
  return cuts
    .toSorted((a, b) => a.x - b.x)
    .map((cut) => {
      const free = ends.findIndex((end) => cut.x - end >= apart);
      const line = free < 0 ? ends.length : free;
      ends[line] = cut.x;
      return { cut, line };
    });
}
