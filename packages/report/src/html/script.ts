/**
 * The page's script: sortable tables, values on hover, focus and touch, open details for print. Without scripts the page is
 * still complete, with tables in their order and native tooltips.
 */
export const SCRIPT = `
'use strict';
for (const button of document.querySelectorAll('th button')) {
  button.addEventListener('click', () => {
    const header = button.closest('th');
    const table = header.closest('table');
    const column = [...header.parentNode.children].indexOf(header);
    const descending = header.getAttribute('aria-sort') === 'ascending';
    for (const other of table.querySelectorAll('th[aria-sort]')) other.removeAttribute('aria-sort');
    header.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const key = (row) => row.children[column].dataset.sort;
    const body = table.tBodies[0];
    const compare = (a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === '' || y === '') return (x === '') - (y === '');
      const [m, n] = [Number(x), Number(y)];
      const order = Number.isNaN(m) || Number.isNaN(n) ? x.localeCompare(y, 'en', { numeric: true }) : m - n;
      return descending ? -order : order;
    };
    body.append(...[...body.rows].sort(compare));
  });
}

const tip = document.getElementById('tip');
for (const title of document.querySelectorAll('figure svg title')) {
  if (title.parentNode === title.ownerSVGElement) continue;
  title.parentNode.setAttribute('data-tip', title.textContent);
  title.remove();
}
for (const cell of document.querySelectorAll('td[title]')) {
  cell.dataset.tip = cell.title;
  cell.removeAttribute('title');
}
const show = (text, x, y) => {
  tip.textContent = text;
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - width - 4)) + 'px';
  tip.style.top = (y + 16 + height > innerHeight ? y - height - 8 : y + 16) + 'px';
};
// Markers of several methods often lie on top of each other: the tooltip lists all of them.
const at = ({ clientX: x, clientY: y }) => {
  const found = document.elementsFromPoint(x, y).map((element) => element.closest('[data-tip]')).filter(Boolean);
  const texts = [...new Set(found.map((element) => element.getAttribute('data-tip')))];
  if (texts.length > 0) show(texts.slice(0, 8).join('\\n'), x, y);
  else tip.hidden = true;
};
document.addEventListener('pointermove', at);
document.addEventListener('pointerdown', at);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') tip.hidden = true;
});
document.addEventListener('scroll', () => { tip.hidden = true; }, { passive: true });

let closed = [];
addEventListener('beforeprint', () => {
  closed = [...document.querySelectorAll('details:not([open])')];
  for (const details of closed) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of closed) details.open = false;
});
`;
