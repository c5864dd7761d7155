// @ts-check
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes the sources of the packages as pages, a line of code a line of the page, so that `source/packages/core/src/errors.ts.html#L24` is
 * line 24 of that file, and a page for each folder that lists what is in it.
 * @param {string} root @param {string} out
 */
export function writeSources(root, out) {
  for (const name of readdirSync(join(root, 'packages'))) {
    const folder = `packages/${name}`;
    writePage(out, `${folder}/index`, folder, listOf(['src/index.html']));
    writeFolder(root, out, `${folder}/src`);
  }
}

/** @param {string} root @param {string} out @param {string} folder */
function writeFolder(root, out, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const files = entries.filter((entry) => entry.name.endsWith('.ts')).map(({ name }) => name);
  const links = [...folders.map((name) => `${name}/index.html`), ...files.map((name) => `${name}.html`)];
  writePage(out, `${folder}/index`, folder, listOf(links));
  for (const name of folders) writeFolder(root, out, `${folder}/${name}`);
  for (const name of files) {
    const path = `${folder}/${name}`;
    writePage(out, path, path, codeOf(readFileSync(join(root, path), 'utf8')));
  }
}

/** @param {string} out @param {string} page @param {string} title @param {string} body */
function writePage(out, page, title, body) {
  const target = join(out, 'source', `${page}.html`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, sourcePage(page, title, body));
}

/** @param {readonly string[]} links */
function listOf(links) {
  const items = links.map(
    (link) => `<li><a href="${link}">${link.replace(/\/index\.html$|\.html$/, '')}</a></li>`,
  );
  return `<ul>${items.join('')}</ul>`;
}

/** @param {string} text */
function codeOf(text) {
  const lines = text.trimEnd().split('\n');
  return `<pre>${lines.map((line, i) => `<span id="L${i + 1}">${escaped(line)}\n</span>`).join('')}</pre>`;
}

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** @param {string} page @param {string} title @param {string} body */
function sourcePage(page, title, body) {
  const up = '../'.repeat(page.split('/').length);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} | bbb</title>
<link rel="stylesheet" href="${up}assets/style.css">
<link rel="stylesheet" href="${up}assets/custom.css">
</head>
<body class="source">
<script>document.documentElement.dataset.theme = localStorage.getItem('tsd-theme') || 'os';</script>
<header><a href="${up}index.html">bbb</a> / ${title}</header>
${body}
</body>
</html>
`;
}
