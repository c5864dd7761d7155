import { dot, plot, type PlotOptions } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { FONT_FAMILY, type Figure } from './figure.js';
import { breakName, shorten, wrap } from './names.js';
import type { Style } from './style.js';
import { escapeXml } from './xml.js';

/** One entry of a legend. */
export interface LegendEntry {
  readonly name: string;
  readonly style: Style;
  /** `line`: with dash and marker; `dot`: marker only; `dash`: line only. */
  readonly as?: 'line' | 'dot' | 'dash';
}

/** One plot of a figure, with its own axes. */
export interface Panel {
  readonly title?: string;
  readonly options: PlotOptions & { readonly width: number; readonly height: number };
}

export interface FigureSpec {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly legend?: readonly LegendEntry[];
  /** Rows of panels. */
  readonly rows: readonly (readonly (Panel | RawPanel)[])[];
  /** What a reader must know: intervals, seeds. Wrapped below the panels. */
  readonly caption: string;
}

/** Markup drawn by hand, in a coordinate system of its own. */
export interface RawPanel {
  readonly title?: string;
  readonly width: number;
  readonly height: number;
  readonly markup: string;
}

const MARGIN = 12;
const FONT_SIZE = 12;
const TITLE_SIZE = 16;
// Widths of characters leave room for wider fonts: a page uses the reader's own.
const LINE = 17;
const PANEL_TITLE = 20;

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Title, legend, panels and caption as one SVG. The same specification gives the same bytes. */
export function composeFigure(spec: FigureSpec): Figure {
  const width =
    2 * MARGIN +
    Math.max(...spec.rows.map((row) => row.reduce((sum, panel) => sum + sizeOf(panel).width, 0)), 560);
  const parts: string[] = [];
  let y = MARGIN;
  for (const line of wrap(spec.title, (width - 2 * MARGIN) / (TITLE_SIZE * 0.58))) {
    y += TITLE_SIZE + 3;
    parts.push(
      `<text x="${MARGIN}" y="${y - 4}" font-size="${TITLE_SIZE}" font-weight="600">${escapeXml(line)}</text>`,
    );
  }
  y += 6;
  const legend = legendMarkup(spec.legend ?? [], width - 2 * MARGIN);
  parts.push(`<g transform="translate(${MARGIN},${y})">${legend.markup}</g>`);
  y += legend.height;
  for (const row of spec.rows) {
    const titles = row.map((panel) => titleOf(panel));
    const titleHeight = PANEL_TITLE + LINE * (Math.max(1, ...titles.map(({ length }) => length)) - 1);
    let x = MARGIN;
    let height = 0;
    for (const [at, panel] of row.entries()) {
      const top = panel.title ? titleHeight : 0;
      titles[at]!.forEach((line, i) =>
        parts.push(
          `<text x="${x + 6}" y="${y + PANEL_TITLE - 6 + LINE * i}" font-size="${FONT_SIZE}" font-weight="600">${escapeXml(line)}</text>`,
        ),
      );
      parts.push(`<g transform="translate(${x},${y + top})">${panelMarkup(panel)}</g>`);
      x += sizeOf(panel).width;
      height = Math.max(height, sizeOf(panel).height + top);
    }
    y += height + 4;
  }
  for (const line of wrap(spec.caption, (width - 2 * MARGIN) / (FONT_SIZE * 0.55))) {
    parts.push(
      `<text x="${MARGIN}" y="${y + 12}" font-size="${FONT_SIZE}" opacity="0.75">${escapeXml(line)}</text>`,
    );
    y += LINE;
  }
  const height = Math.ceil(y + MARGIN);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-labelledby="${spec.id}-title ${spec.id}-desc" font-family="${FONT_FAMILY}" fill="currentColor">` +
    `<title id="${spec.id}-title">${escapeXml(spec.title)}</title><desc id="${spec.id}-desc">${escapeXml(spec.description)}</desc>` +
    `${parts.join('')}</svg>`;
  return { id: spec.id, title: spec.title, description: spec.description, width, height, svg };
}

/** In lines that end before the next panel. */
function titleOf(panel: Panel | RawPanel): string[] {
  const characters = Math.floor((sizeOf(panel).width - 6) / (FONT_SIZE * 0.58));
  return panel.title ? breakName(panel.title, characters, 3) : [];
}

function sizeOf(panel: Panel | RawPanel): { width: number; height: number } {
  return 'options' in panel ? panel.options : panel;
}

function panelMarkup(panel: Panel | RawPanel): string {
  if (!('options' in panel)) return panel.markup;
  const element = plot({
    ...panel.options,
    document,
    className: 'plot',
    style: { fontSize: `${FONT_SIZE}px`, fontFamily: 'inherit', overflow: 'visible' },
  });
  // The style sheet that Plot adds is for pages of its own, and renderers of plain SVG stumble over it.
  return element.outerHTML.replaceAll(/<style>[\s\S]*?<\/style>/g, '').replaceAll(' aria-hidden="true"', '');
}

const SWATCH = 30;

function legendMarkup(entries: readonly LegendEntry[], width: number): { markup: string; height: number } {
  if (entries.length === 0) return { markup: '', height: 0 };
  let x = 0;
  let y = 0;
  const characters = Math.floor((width - SWATCH - 6) / (FONT_SIZE * 0.56));
  const markup = entries.map(({ name: full, style, as = 'line' }) => {
    const name = shorten(full, characters);
    const length = SWATCH + 6 + name.length * FONT_SIZE * 0.56 + 14;
    if (x > 0 && x + length > width) {
      x = 0;
      y += LINE + 3;
    }
    const line =
      as === 'dot'
        ? ''
        : `<line x1="${x}" x2="${x + SWATCH}" y1="${y + 7}" y2="${y + 7}" stroke="${style.color}" stroke-width="2"${dash(style)}/>`;
    const marker = as === 'dash' ? '' : markerMarkup(style, x + SWATCH / 2, y + 7);
    const text = `<text x="${x + SWATCH + 6}" y="${y + 11}" font-size="${FONT_SIZE}">${escapeXml(name)}</text>`;
    x += length;
    return line + marker + text;
  });
  return { markup: markup.join(''), height: y + LINE + 6 };
}

function dash({ dash }: Style): string {
  return dash === 'none' ? '' : ` stroke-dasharray="${dash}"`;
}

/** The marker that Plot would draw, by Plot. */
function markerMarkup({ color, symbol }: Style, x: number, y: number): string {
  const svg = plot({
    document,
    axis: null,
    width: 10,
    height: 10,
    margin: 0,
    marks: [dot([0], { x: 0, y: 0, r: 3.5, symbol, fill: color })],
  });
  const path = svg
    .querySelector('[aria-label="dot"]')!
    .innerHTML.replaceAll(/ transform="[^"]*"| c[xy]="[^"]*"/g, '');
  // Crosses are strokes, the other markers are filled.
  const paint = symbol === 'times' ? `stroke="${color}" stroke-width="1.8"` : `fill="${color}"`;
  return `<g ${paint} transform="translate(${x},${y})">${path}</g>`;
}
