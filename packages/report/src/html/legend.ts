import type { Group } from '../data/groups.js';
import { methodLegend, swatchMarkup } from '../figures/legend.js';
import type { StyleOf } from '../figures/style.js';
import { html, type Markup } from '../markup/markup.js';

/** The methods of a setting, named once for all its figures. The legend stays visible while the figures scroll. */
export function legendHtml(groups: readonly Group[], styleOf: StyleOf): Markup {
  const entries = methodLegend(groups, styleOf).map(
    (entry) =>
      html`<li>
        <svg width="30" height="14" viewBox="0 0 30 14" aria-hidden="true">${swatchMarkup(entry)}</svg>
        ${entry.name}
      </li>`,
  );
  return html`<ul class="legend" aria-label="Methods in the figures below">
    ${entries}
  </ul>`;
}
