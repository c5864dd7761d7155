import { attributes, svg, type Markup } from '../markup/markup.js';

/** A finished figure, at the width that its panels ask for. */
export interface Figure extends Drawing {
  /**
   * The same figure drawn anew for another width, in pixels: panels are stretched, or moved below each other.
   * @param options `legend: 'own'` leaves out the methods, which a page names once for all its figures. Default: `full`
   */
  at(width: number, options?: { readonly legend?: 'full' | 'own' }): Drawing;
}

/** A figure at one width. */
export interface Drawing {
  /** Unique in a report; also the file name. */
  readonly id: string;
  readonly title: string;
  /** A description of the figure, for readers who do not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /**
   * The drawing for a `viewBox` of this width and height: texts and axes in `currentColor`, and no background. It
   * takes the colours of the page around it.
   */
  readonly body: Markup;
}

/** Fonts of all figures. The first one is bundled, for PNG. */
const FONT_FAMILY = "'Source Sans 3', system-ui, sans-serif";

const INK = '#1c1e21';

/**
 * The figure as an element of a page.
 * @param figure a figure of `reportFigures`
 * @param root further attributes of the element. Default: none
 */
export function figureSvg(
  { id, title, description, width, height, body }: Drawing,
  root: Readonly<Record<string, string>> = {},
): Markup {
  const own = attributes({
    ...root,
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-labelledby': `${id}-title ${id}-desc`,
    'font-family': FONT_FAMILY,
    fill: 'currentColor',
  });
  return svg`<svg${own}><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>${body}</svg>`;
}

/**
 * The figure as a separate file: dark on white.
 * @param figure a figure of `reportFigures`
 */
export function standaloneSvg(figure: Drawing): string {
  const body = svg`<rect width="100%" height="100%" fill="#ffffff"/>${figure.body}`;
  return `${String(figureSvg({ ...figure, body }, { color: INK }))}\n`;
}
