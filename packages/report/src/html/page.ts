import { createHash } from 'node:crypto';
import { html, ownElement, type Content } from '../markup/markup.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Content;
}

/** A source of a Content-Security-Policy that allows exactly this text. */
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Content-Security-Policy of a report. It allows one script and one style sheet, by their hashes, and no requests,
 * so that names of data sets or labels can't inject code. Figures have style attributes, so these are allowed.
 */
export const REPORT_POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src-elem ${hashOf(STYLE)}`,
  "style-src-attr 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A whole page in one file. `lead` stands above the contents. */
export function pageHtml(
  title: string,
  subtitle: string,
  lead: Content,
  sections: readonly Section[],
): string {
  const links = sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`);
  const bodies = sections.map(
    ({ id, title: name, body }) =>
      html`<section id="${id}">
        <h2>${name}</h2>
        ${body}
      </section>`,
  );
  return String(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${REPORT_POLICY}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <link rel="icon" href="data:," />
          <title>${title}</title>
          ${ownElement('style', STYLE)}
        </head>
        <body>
          <a class="skip" href="#main">Skip to the results</a>
          <header>
            <h1>${title}</h1>
            <p class="soft">${subtitle}</p>
          </header>
          <main id="main">
            ${lead}
            <nav aria-label="Contents">
              <ul>
                ${links}
              </ul>
            </nav>
            ${bodies}
          </main>
          <div id="tip" role="tooltip" hidden></div>
          ${ownElement('script', SCRIPT)}
        </body>
      </html> `,
  );
}
