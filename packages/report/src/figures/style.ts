import type { SymbolType } from '@observablehq/plot';
import type { SweepData } from '@bbb/core';

/** How one method looks in every figure: told apart by colour, by dash and by marker, so also in greyscale. */
export interface Style {
  readonly color: string;
  /** SVG `stroke-dasharray`; `none` is solid. */
  readonly dash: string;
  readonly symbol: SymbolType;
}

/**
 * After Okabe and Ito (readable with colour blindness), darkened until each has a contrast of 3:1 on white, and light
 * enough for dark pages.
 */
const COLORS = [
  '#0072b2',
  '#c77f00',
  '#00966d',
  '#c0609a',
  '#d55e00',
  '#2e93cf',
  '#857a00',
  '#7a7f87',
  '#8a63d2',
  '#a8563c',
];
const DASHES = ['none', '8 3', '2 3', '10 3 2 3', '5 3', '1 3 6 3', '12 4', '3 3', '8 3 2 3 2 3', '6 6'];
const SYMBOLS: readonly SymbolType[] = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'star',
  'cross',
  'wye',
  'hexagon',
  'diamond2',
  'square2',
];

export type StyleOf = (group: { readonly label: string; readonly name: string }) => Style;

/**
 * Colours by label, in the order of the sweep, whether its trials are done or not: a report of half a sweep looks like
 * the report of the whole. Configurations of one label share its colour and differ in dash and marker.
 */
export function stylesOf(data: SweepData): StyleOf {
  return stylesOfLabels(data.plan.map(({ label }) => label));
}

/** The same for labels in the order that they are to be told apart in. */
export function stylesOfLabels(all: readonly string[]): StyleOf {
  const labels = [...new Set(all)];
  const names = new Map<string, string[]>();
  return ({ label, name }) => {
    const at = Math.max(0, labels.indexOf(label));
    const known = names.get(label) ?? [];
    if (!known.includes(name)) names.set(label, [...known, name]);
    const variant = at + Math.max(0, (names.get(label) ?? []).indexOf(name));
    // Ten on, the cycles begin again, shifted by one and by two: any two of colour, dash and marker tell fifty apart.
    const round = Math.floor(variant / DASHES.length);
    return {
      color: COLORS[at % COLORS.length]!,
      dash: DASHES[(variant + round) % DASHES.length]!,
      symbol: SYMBOLS[(variant + 2 * round) % SYMBOLS.length]!,
    };
  };
}
