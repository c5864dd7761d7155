import type { Figure } from '../figures/figure.js';
import { escapeXml } from '../figures/xml.js';

/** A figure inside a page: it scrolls rather than shrinks to where nobody can read it. */
export function figureHtml({ id, title, svg, width }: Figure): string {
  return (
    `<figure id="figure-${id}"><div class="scroll" role="region" aria-label="${escapeXml(title)}" tabindex="0">` +
    `${svg.replace('<svg ', `<svg style="max-width:${width}px" `)}</div></figure>`
  );
}
