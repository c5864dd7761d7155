import { figureSvg, type Drawing, type Figure } from '../figures/figure.js';
import { html, type Markup } from '../markup/markup.js';

/** Widths of a figure's card on a large screen and on a phone, pixels. The style sheet shows one of the two drawings. */
const WIDE = 1118;
const NARROW = 362;

/** Figures leave the methods out, because the page names them: see `legendHtml`. */
const OWN = { legend: 'own' } as const;

/** A figure inside a page, drawn twice: for large screens and for phones. */
export function figureHtml(figure: Figure): Markup {
  const { id } = figure;
  const narrow = { ...figure.at(NARROW, OWN), id: `${id}-narrow` };
  return html`<figure id="figure-${id}">
    <div class="wide">${drawing({ ...figure.at(WIDE, OWN), id })}</div>
    <div class="narrow">${drawing(narrow)}</div>
  </figure>`;
}

function drawing(figure: Drawing): Markup {
  return figureSvg(figure, { style: `max-width:${figure.width}px` });
}
