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
 * A label has the same colour, dash and marker in every report and page, whichever others it is shown beside, whether its trials are done
 * or not. Only where two labels of a report want the same does the later one by name take the next that is free. Configurations
 * of one label share its colour and differ in dash and marker.
 */
export function stylesOf(data: SweepData): StyleOf {
  return stylesOfLabels(data.plan.map(({ label }) => label));
}

/** The same for the labels that are shown together. */
export function stylesOfLabels(labels: readonly string[]): StyleOf {
  const places = placesOf(labels);
  const names = new Map<string, string[]>();
  return ({ label, name }) => {
    const at = places.get(label) ?? 0;
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

/** The place of each label: the one that its name gives, or the next free one; ten labels share no colour. */
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

/** With this start of the hash, ten labels that are often shown together get ten colours. */
const SEED = 631_234;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let x = SEED;
  for (let i = 0; i < text.length; i++) x = Math.imul(x ^ text.charCodeAt(i), 16_777_619) >>> 0;
  return x >>> 8;
}
