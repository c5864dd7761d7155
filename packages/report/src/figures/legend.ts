import { dot, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Group } from '../data/groups.js';
import { drawn } from '../markup/drawn.js';
import { attributes, svg, type Content, type Markup } from '../markup/markup.js';
import { shorten } from './names.js';
import type { Style, StyleOf } from './style.js';

/** One entry of a legend. */
export interface LegendEntry {
  readonly name: string;
  readonly style: Style;
  /** `line`: with dash and marker; `dot`: marker only; `dash`: line only. */
  readonly as?: 'line' | 'dot' | 'dash';
  /** Whether a page may name it once for all its figures. Default false: the entry belongs to this figure alone. */
  readonly shared?: boolean;
}

/** The legend of the methods, which the figures of a page have in common. */
export function methodLegend(
  groups: readonly Group[],
  styleOf: StyleOf,
  as: LegendEntry['as'] = 'line',
): LegendEntry[] {
  return groups.map((group) => ({ name: group.name, style: styleOf(group), as, shared: true }));
}

const SWATCH = 30;
const GAP = 16;
const LINE = 20;

/** Entries side by side, in as many lines as they need. */
export function legendMarkup(
  entries: readonly LegendEntry[],
  width: number,
  fontSize: number,
): { markup: Content; height: number } {
  if (entries.length === 0) return { markup: undefined, height: 0 };
  let x = 0;
  let y = 0;
  const characters = Math.floor((width - SWATCH - 6) / (fontSize * 0.56));
  const markup = entries.map((entry) => {
    const name = shorten(entry.name, characters);
    const length = SWATCH + 6 + widthOf(name, fontSize) + GAP;
    if (x > 0 && x + length - GAP > width) {
      x = 0;
      y += LINE;
    }
    const at = `translate(${x},${y})`;
    x += length;
    return svg`<g transform="${at}">${swatchMarkup(entry)}<text x="${SWATCH + 6}" y="11" font-size="${fontSize}">${name}</text></g>`;
  });
  return { markup, height: y + LINE + 3 };
}

/** The line and the marker of an entry, 30 wide and 14 high. */
export function swatchMarkup({ style, as = 'line' }: LegendEntry): Content {
  const line =
    as === 'dot'
      ? undefined
      : svg`<line x1="0" x2="${SWATCH}" y1="7" y2="7" stroke="${style.color}" stroke-width="2"${dash(style)}/>`;
  return [line, as === 'dash' ? undefined : markerMarkup(style, SWATCH / 2, 7)];
}

/** Narrow and wide letters of a sans-serif font, in parts of its size; all others are 0.58. */
const WIDTHS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Array.from('fijlrtI.,:;|!()[]- ').map((letter) => [letter, 0.38])),
  ...Object.fromEntries(Array.from('mwMW@%').map((letter) => [letter, 0.92])),
};

/** The approximate width of a text. It is not exact, because a page uses the reader's own font. */
function widthOf(text: string, fontSize: number): number {
  return Math.ceil(Array.from(text).reduce((sum, letter) => sum + (WIDTHS[letter] ?? 0.58), 0) * fontSize);
}

function dash({ dash }: Style): Markup {
  return attributes({ 'stroke-dasharray': dash === 'none' ? undefined : dash });
}

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** The marker, drawn by Plot, so that it looks as in the figures. */
function markerMarkup({ color, symbol }: Style, x: number, y: number): Markup {
  const picture = plot({
    document,
    axis: null,
    width: 10,
    height: 10,
    margin: 0,
    marks: [dot([0], { x: 0, y: 0, r: 3.5, symbol, fill: color })],
  });
  const marker = picture.querySelector('[aria-label="dot"]')!.firstElementChild!;
  for (const name of ['transform', 'cx', 'cy']) marker.removeAttribute(name);
  // Crosses are strokes, the other markers are filled.
  const paint =
    symbol === 'times' ? attributes({ stroke: color, 'stroke-width': 1.8 }) : attributes({ fill: color });
  return svg`<g${paint} transform="translate(${x},${y})">${drawn(marker)}</g>`;
}
