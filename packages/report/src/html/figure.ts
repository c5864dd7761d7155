import { figureSvg, type Figure } from '../figures/figure.js';
import { html, type Markup } from '../markup/markup.js';

/** A figure inside a page: it scrolls rather than shrinks to where nobody can read it. */
export function figureHtml(figure: Figure): Markup {
  const { id, title, width } = figure;
  return html`<figure id="figure-${id}">
    <div class="scroll" role="region" aria-label="${title}" tabindex="0">
      ${figureSvg(figure, { style: `max-width:${width}px` })}
    </div>
  </figure>`;
}
