import { plot, type PlotOptions } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { drawn } from '../markup/drawn.js';
import { svg, type Content, type Markup } from '../markup/markup.js';
import { fitRows } from './fit.js';
import type { Drawing, Figure } from './figure.js';
import { legendMarkup, type LegendEntry } from './legend.js';
import { breakName, wrap } from './names.js';

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
  /** Facts that a reader must know: intervals, seeds. Wrapped below the panels. */
  readonly caption: string;
}

/** Markup that is drawn without Plot, in its own coordinate system. */
export interface RawPanel {
  readonly title?: string;
  readonly width: number;
  readonly height: number;
  readonly markup: Content;
  /** Whether its width can change without drawing it again. Default false: it is scaled instead. */
  readonly stretches?: boolean;
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
  const widest = Math.max(
    ...spec.rows.map((row) => row.reduce((sum, panel) => sum + sizeOf(panel).width, 0)),
    560,
  );
  return {
    ...draw(spec, widest + 2 * MARGIN),
    at: (width, { legend = 'full' } = {}) => {
      const entries = (spec.legend ?? []).filter(({ shared }) => legend === 'full' || !shared);
      return draw({ ...spec, legend: entries, rows: fitRows(spec.rows, width - 2 * MARGIN) }, width);
    },
  };
}

function draw(spec: FigureSpec, width: number): Drawing {
  const parts: Markup[] = [];
  let y = MARGIN;
  for (const line of wrap(spec.title, (width - 2 * MARGIN) / (TITLE_SIZE * 0.58))) {
    y += TITLE_SIZE + 3;
    parts.push(
      svg`<text x="${MARGIN}" y="${y - 4}" font-size="${TITLE_SIZE}" font-weight="600">${line}</text>`,
    );
  }
  y += 6;
  const legend = legendMarkup(spec.legend ?? [], width - 2 * MARGIN, FONT_SIZE);
  parts.push(svg`<g transform="translate(${MARGIN},${y})">${legend.markup}</g>`);
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
          svg`<text x="${x + 6}" y="${y + PANEL_TITLE - 6 + LINE * i}" font-size="${FONT_SIZE}" font-weight="600">${line}</text>`,
        ),
      );
      parts.push(svg`<g transform="translate(${x},${y + top})">${panelMarkup(panel)}</g>`);
      x += sizeOf(panel).width;
      height = Math.max(height, sizeOf(panel).height + top);
    }
    y += height + 4;
  }
  for (const line of wrap(spec.caption, (width - 2 * MARGIN) / (FONT_SIZE * 0.55))) {
    parts.push(svg`<text x="${MARGIN}" y="${y + 12}" font-size="${FONT_SIZE}" opacity="0.75">${line}</text>`);
    y += LINE;
  }
  const height = Math.ceil(y + MARGIN);
  const { id, title, description } = spec;
  return { id, title, description, width, height, body: svg`${parts}` };
}

/** The title in lines that end before the next panel. */
function titleOf(panel: Panel | RawPanel): string[] {
  const characters = Math.floor((sizeOf(panel).width - 6) / (FONT_SIZE * 0.58));
  return panel.title ? breakName(panel.title, characters, 3) : [];
}

function sizeOf(panel: Panel | RawPanel): { width: number; height: number } {
  return 'options' in panel ? panel.options : panel;
}

function panelMarkup(panel: Panel | RawPanel): Content {
  if (!('options' in panel)) return panel.markup;
  const element = plot({
    ...panel.options,
    document,
    className: 'plot',
    style: { fontSize: `${FONT_SIZE}px`, fontFamily: 'inherit', overflow: 'visible' },
  });
  return drawn(element);
}
