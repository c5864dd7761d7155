import { figureSvg, type Drawing, type Figure } from '../figures/figure.js';
import { html, type Markup } from '../markup/markup.js';

/** Of the card of a figure: on a large screen, and on a phone. The style sheet shows one of the two drawings. */
const WIDE = 1022;
const NARROW = 362;

/** A figure inside a page, drawn for large screens and once more for phones. */
export function figureHtml(figure: Figure): Markup {
  const { id } = figure;
  const narrow = { ...figure.at(NARROW), id: `${id}-narrow` };
  return html`<figure id="figure-${id}">
    <div class="wide">${drawing({ ...figure.at(WIDE), id })}</div>
    <div class="narrow">${drawing(narrow)}</div>
  </figure>`;
}

function drawing(figure: Drawing): Markup {
  return figureSvg(figure, { style: `max-width:${figure.width}px` });
}
