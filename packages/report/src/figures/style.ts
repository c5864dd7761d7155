import type { SymbolType } from '@observablehq/plot';
import type { SweepData } from '@bbb/core';

/** The look of one method in every figure. Of any two of fourteen the colours differ, and the dashes or the markers, so they can be told apart in greyscale too. */
export interface Style {
  readonly color: string;
  /** SVG `stroke-dasharray`; `none` is solid. */
  readonly dash: string;
  readonly symbol: SymbolType;
}

/**
 * Fourteen colours that lie far apart in OKLab (no two nearer than 0.14), each with a contrast of 3:1 on white and on dark pages.
 */
const COLORS = [
  '#2ba900',
  '#f956a2',
  '#25742c',
  '#c5105a',
  '#7147d7',
  '#0072b2',
  '#b88700',
  '#3a94ff',
  '#af76ff',
  '#91562b',
  '#c22ec2',
  '#f14e00',
  '#a37f99',
  '#0fa49e',
];
// The three lengths have no common divisor: colour, dash and marker repeat together only after 14 * 13 * 11 places.
const DASHES = [
  '2 3',
  '10 3 2 3',
  '5 3',
  '14 4',
  '8 3 2 3 2 3',
  'none',
  '1 4',
  '12 2 4 2',
  '5 2 1 2',
  '7 7',
  '3 2 3 8',
  '8 3',
  '2 7',
];
const SYMBOLS: readonly SymbolType[] = [
  'star',
  'triangle',
  'wye',
  'cross',
  'square',
  'circle',
  'hexagon',
  'diamond2',
  'square2',
  'triangle2',
  'diamond',
];

export type StyleOf = (group: { readonly label: string; readonly name: string }) => Style;

/**
 * A label has the same colour, dash and marker in every report and page, whatever other labels are shown and whether or not its trials are
 * done. If two labels of a report get the same place, the second in alphabetical order takes the next free one. Configurations of one
 * label share its colour and differ in dash and marker.
 *
 * @param data a sweep, as `readSweep` gives it
 */
export function stylesOf(data: SweepData): StyleOf {
  return stylesOfLabels(data.plan.map(({ label }) => label));
}

/** The same for labels that are shown together. */
export function stylesOfLabels(labels: readonly string[]): StyleOf {
  const places = placesOf(labels);
  const names = new Map<string, string[]>();
  return ({ label, name }) => {
    const at = places.get(label) ?? 0;
    const known = names.get(label) ?? [];
    if (!known.includes(name)) names.set(label, [...known, name]);
    const variant = at + Math.max(0, (names.get(label) ?? []).indexOf(name));
    return {
      color: COLORS[at % COLORS.length]!,
      dash: DASHES[variant % DASHES.length]!,
      symbol: SYMBOLS[variant % SYMBOLS.length]!,
    };
  };
}

/** The place of each label: the one that its name gives, or the next free one; fourteen labels share no colour. */
function placesOf(labels: readonly string[]): Map<string, number> {
  const taken = new Set<number>();
  const places = [...new Set(labels)].toSorted().map((label): [string, number] => {
    let round = 0;
    while (everyPlace(round, taken)) round++;
    let at = hash(label) % COLORS.length;
    while (taken.has(round * COLORS.length + at)) at = (at + 1) % COLORS.length;
    taken.add(round * COLORS.length + at);
    return [label, round * COLORS.length + at];
  });
  return new Map(places);
}

function everyPlace(round: number, taken: ReadonlySet<number>): boolean {
  return COLORS.every((_, i) => taken.has(round * COLORS.length + i));
}

/** With this start value, no two labels of a built-in preset have the same hash. */
const SEED = 21_086_814;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let x = SEED;
  for (let i = 0; i < text.length; i++) x = Math.imul(x ^ text.charCodeAt(i), 16_777_619) >>> 0;
  return x >>> 8;
}
