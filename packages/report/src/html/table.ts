import { escapeXml } from '../figures/xml.js';
import { formatCell, formatNumber } from '../tables/format.js';
import { notesOf } from '../tables/render.js';
import type { Cell, Column, Table } from '../tables/table.js';

/** A table whose columns sort, whose cells tell their interval and values on hover. */
export function tableHtml(table: Table): string {
  const head = table.columns.map(
    (column) =>
      `<th scope="col"${classOf(column)}><button type="button">${escapeXml(column.header)}</button></th>`,
  );
  const rows = table.rows.map(
    (row) => `<tr>${row.map((cell, i) => cellHtml(cell, table.columns[i]!, i === 0)).join('')}</tr>`,
  );
  const notes = notesOf(table).map((note) => `<li>${escapeXml(note)}</li>`);
  const label = escapeXml(table.title);
  return (
    `<p class="caption" id="caption-${table.id}">${label}</p><div class="scroll" role="region" aria-labelledby="caption-${table.id}" tabindex="0">` +
    `<table id="table-${table.id}" aria-labelledby="caption-${table.id}"><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>` +
    `<ul class="notes">${notes.join('')}</ul>`
  );
}

function cellHtml(cell: Cell, column: Column, first: boolean): string {
  const title = titleOf(cell);
  const attributes = `${classOf(column)} data-sort="${escapeXml(sortKey(cell))}"${title ? ` title="${escapeXml(title)}"` : ''}`;
  const content = escapeXml(formatCell(cell));
  return first ? `<th scope="row"${attributes}>${content}</th>` : `<td${attributes}>${content}</td>`;
}

function classOf({ align, published }: Column): string {
  const classes = [align === 'left' ? 'left' : '', published ? 'published' : ''].filter(Boolean);
  return classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
}

/** What a column is sorted by; empty sorts last. A share is text ("75 %") that sorts as its number. */
function sortKey(cell: Cell): string {
  switch (cell.kind) {
    case 'text':
      return /^[\d.]+ %$/.test(cell.text) ? cell.text.slice(0, -2) : cell.text;
    case 'number':
      return String(cell.value);
    case 'estimate':
      return String(cell.estimate.mean);
    case 'missing':
      return '';
  }
}

function titleOf(cell: Cell): string | undefined {
  if (cell.kind === 'missing') return cell.reason;
  if (cell.kind !== 'estimate') return undefined;
  const { n, low, high, values } = cell.estimate;
  const number = (value: number): string => formatNumber(value, cell.format);
  if (low === undefined) return 'one seed: no interval';
  return `n = ${n}; 95 % interval ${number(low)} to ${number(high!)}; by seed: ${values.map(number).join(', ')}`;
}
