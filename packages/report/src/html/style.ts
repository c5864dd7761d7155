/**
 * On a narrow screen each row becomes a card, with the column's heading before each value, so that no table is cut.
 */
function cards(width: string, table: string): string {
  return `@media screen and (max-width: ${width}) {
  ${table}, ${table} :is(tbody, tr, th, td) { display: block; }
  ${table} thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  ${table} tbody tr { padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
  ${table} tbody :is(th, td) { border: 0; padding: 0.1rem 0; }
  ${table} tbody th { text-align: left; white-space: normal; }
  ${table} tbody td, ${table} td.left { display: flex; justify-content: space-between; gap: 1rem; max-width: 34rem; text-align: right; }
  ${table} tbody td::before { content: attr(data-label); flex: none; max-width: 60%; color: var(--soft); text-align: left; }
  ${table} .detail { max-width: none; }
}`;
}

/** The style sheet of the page. It uses system fonts, so that nothing is fetched. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #5a6068; --line: #d5d9de; --card: #f6f7f9; --page: #ffffff; --accent: #0062a3; --warn: #8a5a00; --warn-card: #fff6e0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7e9ec; --soft: #a2a9b3; --line: #3a4048; --card: #22262c; --page: #16181c; --accent: #6cb8f0; --warn: #f0c060; --warn-card: #33290f; }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 74rem; padding: 1rem clamp(0.75rem, 3vw, 2rem) 4rem; background: var(--page); color: var(--ink); font: 1rem/1.5 'Source Sans 3', system-ui, -apple-system, 'Segoe UI', sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1rem 0 0.25rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.75rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.4rem; }
a { color: var(--accent); }
p, li { max-width: 75ch; }
.soft { color: var(--soft); }
.answer { background: var(--card); border-left: 4px solid var(--accent); border-radius: 4px; padding: 0.6rem 1rem; }
.answer h3 { margin-top: 0.4rem; }
.answer .headline { font-size: 1.15rem; margin: 0.4rem 0; }
.detail { display: block; max-width: 13rem; white-space: normal; color: var(--soft); font-weight: 400; }
.warn { background: var(--warn-card); border-left: 4px solid var(--warn); border-radius: 4px; padding: 0.6rem 1rem; margin-bottom: 1rem; }
.warn .caption { margin-top: 0; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.75rem 0; }
.skip { position: absolute; left: -999px; }
.skip:focus { position: static; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92rem; }
.caption { font-weight: 600; margin: 1.25rem 0 0.25rem; max-width: none; }
th, td { padding: 0.25rem 0.4rem; text-align: right; border-bottom: 1px solid var(--line); }
th.left, td.left { text-align: left; }
tbody th { min-width: 8.5rem; max-width: 12rem; overflow-wrap: break-word; position: sticky; left: 0; background: var(--page); }
.answer tbody th { background: var(--card); }
.warn tbody th { background: var(--warn-card); }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody tr:hover { background: var(--card); }
td.published, th.published { color: var(--soft); font-style: italic; }
thead th { overflow-wrap: normal; }
th button { all: unset; cursor: pointer; font-weight: 600; padding: 0.1rem 0; }
th button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
th button { position: relative; }
th button::after { content: '\\2195'; position: absolute; top: -0.95em; right: 0; line-height: 1; color: var(--soft); font-weight: 400; opacity: 0; }
th button:hover::after, th button:focus-visible::after, th[aria-sort] button::after { opacity: 1; }
th[aria-sort='ascending'] button::after { content: '\\2191'; color: var(--ink); }
th[aria-sort='descending'] button::after { content: '\\2193'; color: var(--ink); }
.notes { font-size: 0.9rem; color: var(--soft); padding-left: 1.2rem; margin: 0.4rem 0 0; }
details { margin: 1rem 0; border: 1px solid var(--line); border-radius: 4px; padding: 0 0.75rem; }
summary { cursor: pointer; padding: 0.5rem 0; font-weight: 600; }
details > *:last-child { margin-bottom: 0.75rem; }
ul.legend { position: sticky; top: 0; z-index: 5; list-style: none; display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; margin: 1rem 0 0; padding: 0.4rem 0; background: var(--page); border-bottom: 1px solid var(--line); font-size: 0.88rem; }
.legend li { display: flex; align-items: center; gap: 0.4rem; white-space: nowrap; max-width: 100%; }
.legend svg { flex: none; fill: currentColor; }
figure { margin: 1.25rem 0; scroll-margin-top: 4rem; }
figure > div { border: 1px solid var(--line); border-radius: 4px; }
figure svg { display: block; width: 100%; height: auto; margin: 0 auto; }
figure .narrow { display: none; }
figure .narrow svg { max-width: 34rem !important; }
@media screen and (max-width: 46rem) { ul.legend { flex-wrap: nowrap; overflow-x: auto; } figure .wide { display: none; } figure .narrow { display: block; } }
pre { background: var(--card); padding: 0.75rem; overflow-x: auto; border-radius: 4px; font-size: 0.85rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
code { font-size: 0.9em; overflow-wrap: anywhere; }
#tip { position: fixed; white-space: pre-line; z-index: 10; pointer-events: none; max-width: min(22rem, 90vw); background: var(--ink); color: var(--page); padding: 0.25rem 0.5rem; border-radius: 4px; font-size: 0.85rem; box-shadow: 0 1px 4px rgb(0 0 0 / 30%); }
#tip[hidden] { display: none; }
@media (max-width: 40rem) {
  body { font-size: 0.95rem; }
  dl { grid-template-columns: 1fr; }
  dd { margin-bottom: 0.4rem; }
}
${cards('46rem', 'table')}
${cards('74rem', 'table.many')}
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --card: #fff; --page: #fff; --warn-card: #fff; color-scheme: light; }
  body { max-width: none; font-size: 10pt; padding: 0; }
  nav, .skip, #tip { display: none; }
  ul.legend { position: static; }
  figure, tr { break-inside: avoid; }
  h2, h3, .caption { break-after: avoid; }
  .scroll { overflow: visible; }
  figure svg { max-height: 24cm; }
  table { font-size: 7.5pt; }
  th, td { padding: 1pt 3pt; white-space: normal; }
  th button::after { content: none !important; }
  details { border: 0; padding: 0; }
}
`;
