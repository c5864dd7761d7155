import { escapeXml } from '../figures/xml.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

/** Content-Security-Policy of a report: nothing may be fetched, whatever a data set or a label is called. */
export const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A whole page in one file. `lead` stands above the contents. */
export function pageHtml(
  title: string,
  subtitle: string,
  lead: string,
  sections: readonly Section[],
): string {
  const links = sections.map(({ id, title: name }) => `<li><a href="#${id}">${escapeXml(name)}</a></li>`);
  const bodies = sections.map(
    ({ id, title: name, body }) => `<section id="${id}"><h2>${escapeXml(name)}</h2>${body}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${REPORT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeXml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header><h1>${escapeXml(title)}</h1><p class="soft">${escapeXml(subtitle)}</p></header>
<main id="main">
${lead}
<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>
${bodies.join('\n')}
</main>
<div id="tip" role="tooltip" hidden></div>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
