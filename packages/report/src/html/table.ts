import { unbroken } from '../answer/words.js';
import { attributes, html, type Markup } from '../markup/markup.js';
import { formatCell, formatNumber } from '../tables/format.js';
import { notesOf } from '../tables/render.js';
import type { Cell, Column, Table } from '../tables/table.js';

/** A table with more columns than this needs a large screen. */
const MANY = 7;

/**
 * A table whose columns sort, and whose cells show their interval and values on hover. On a phone the style sheet turns rows into cards,
 * and browsers then no longer treat the elements as a table. The ARIA roles restore that meaning.
 */
export function tableHtml(table: Table): Markup {
  const { id, title } = table;
  const head = table.columns.map(
    (column) =>
      html`<th scope="col" role="columnheader" ${attributes({ class: classOf(column) })}>
        <button type="button">${unbroken(column.header)}</button>
      </th>`,
  );
  const rows = table.rows.map(
    (row) =>
      html`<tr role="row">
        ${row.map((cell, i) => cellHtml(cell, table.columns[i]!, i === 0))}
      </tr>`,
  );
  const notes = notesOf(table).map((note) => html`<li>${unbroken(note)}</li>`);
  return html`<p class="caption" id="caption-${id}">${unbroken(title)}</p>
    <div class="scroll" role="region" aria-labelledby="caption-${id}" tabindex="0">
      <table
        id="table-${id}"
        role="table"
        aria-labelledby="caption-${id}"
        ${attributes({ class: table.columns.length > MANY ? 'many' : undefined })}
      >
        <thead>
          <tr role="row">
            ${head}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    <ul class="notes">
      ${notes}
    </ul>`;
}

function cellHtml(cell: Cell, column: Column, first: boolean): Markup {
  const own = attributes({ class: classOf(column), 'data-sort': sortKey(cell), title: titleOf(cell) });
  const detail =
    cell.kind === 'text' && cell.detail ? html`<small class="detail">${cell.detail}</small>` : undefined;
  // A cell may break before its interval, not inside.
  const content = html`${formatCell(cell).replace(' ± ', ' ±\u00a0').replace('(1 seed)', '(1\u00a0seed)')}${detail}`;
  return first
    ? html`<th scope="row" role="rowheader" ${own}>${content}</th>`
    : html`<td role="cell" data-label="${column.header}" ${own}>${content}</td>`;
}

function classOf({ align, published }: Column): string | undefined {
  const classes = [align === 'left' ? 'left' : '', published ? 'published' : ''].filter(Boolean);
  return classes.length > 0 ? classes.join(' ') : undefined;
}

/** The key by which a column is sorted. Empty cells come last. A share is text ("75 %"), but sorts as its number. */
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
