import { svg } from '../markup/markup.js';
import type { Panel, RawPanel } from './compose.js';

type Row = readonly (Panel | RawPanel)[];

/** The smallest factor by which a panel is narrowed. Below it, panels move to the next row. */
const NARROWEST = 0.8;
/** The largest factor by which pictures grow: beyond it their letters look too large. */
const LARGEST = 1.5;
/** The smallest and the largest factor by which the height of a panel changes with its width. */
const HEIGHTS = [0.7, 1.15] as const;

/** The panels of a figure in rows of this width: stretched to it, or fewer in a row. */
export function fitRows(rows: readonly Row[], width: number): Row[] {
  return rows.flatMap((row) => {
    const parts = split(row, width);
    // All parts of a row get the factor of its first, so that panels below each other have the same axes.
    const factor = factorOf(parts[0]!, width);
    const scale = scaleOf(parts[0]!, width);
    return parts.map((part) => part.map((panel) => resized(panel, factor, scale)));
  });
}

function widthOf(panel: Panel | RawPanel): number {
  return 'options' in panel ? panel.options.width : panel.width;
}

function stretches(panel: Panel | RawPanel): boolean {
  return 'options' in panel || panel.stretches === true;
}

const total = (panels: Row): number => panels.reduce((sum, panel) => sum + widthOf(panel), 0);

/** Splits a row into parts that fit the width; each has at least one panel. */
function split(row: Row, width: number): Row[] {
  let count = row.length;
  while (count > 1 && total(row.slice(0, count)) * NARROWEST > width) count--;
  return row.flatMap((_, i) => (i % count === 0 ? [row.slice(i, i + count)] : []));
}

/** The factor for the widths of panels that stretch, so that the row is filled. */
function factorOf(row: Row, width: number): number {
  const rigid = total(row.filter((panel) => !stretches(panel)));
  const elastic = total(row) - rigid;
  return elastic === 0 ? 1 : Math.max(width - rigid, elastic * NARROWEST ** 4) / elastic;
}

/** The scale of panels that do not stretch. They fill the row if no panel in it stretches. */
function scaleOf(row: Row, width: number): number {
  const fits = width / total(row);
  return row.some(stretches) ? Math.min(1, fits) : Math.min(LARGEST, fits);
}

function resized(panel: Panel | RawPanel, factor: number, scale: number): Panel | RawPanel {
  if (!stretches(panel)) return 'options' in panel ? panel : scaled(panel, scale);
  const [least, most] = HEIGHTS;
  const higher = Math.min(most, Math.max(least, Math.sqrt(factor)));
  const size = (box: { width: number; height: number }) => ({
    width: Math.floor(box.width * factor),
    height: Math.round(box.height * higher),
  });
  return 'options' in panel
    ? { ...panel, options: { ...panel.options, ...size(panel.options) } }
    : { ...panel, ...size(panel) };
}

function scaled(panel: RawPanel, scale: number): RawPanel {
  if (scale === 1) return panel;
  return {
    ...panel,
    width: Math.floor(panel.width * scale),
    height: Math.ceil(panel.height * scale),
    markup: svg`<g transform="scale(${scale.toFixed(4)})">${panel.markup}</g>`,
  };
}
