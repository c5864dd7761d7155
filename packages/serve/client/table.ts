import { select, type BaseType, type Selection } from 'd3-selection';
import type { TrialRow } from '../src/protocol.js';
import { COLUMNS, sorted, type Column, type Sort } from './columns.js';
import { byId } from './dom.js';
import type { View } from './state.js';

/** The table of trials that pass the filters. A click on a header sorts, and a click on a trial opens it. */
export function createTable(open: (id: string) => void): (view: View) => void {
  let shown: View | undefined;
  let sort: Sort | undefined;
  const redraw = (): void => {
    if (shown) drawRows(shown, sort, open);
    drawHeaders(sort, shown);
  };
  select('#table thead')
    .append('tr')
    .attr('role', 'row')
    .selectAll('th')
    .data(COLUMNS)
    .join('th')
    .attr('scope', 'col')
    .attr('role', 'columnheader')
    .attr('class', ({ align }) => align)
    .append('button')
    .attr('type', 'button')
    .on('click', (_, { key }) => {
      sort = { key, descending: sort?.key === key && !sort.descending };
      redraw();
    });
  return (view) => {
    shown = view;
    redraw();
  };
}

function drawHeaders(sort: Sort | undefined, view: View | undefined): void {
  const headers = select('#table thead')
    .selectAll<HTMLTableCellElement, Column>('th')
    .attr('aria-sort', ({ key }) =>
      key === sort?.key ? (sort.descending ? 'descending' : 'ascending') : null,
    );
  if (!view) return;
  headers.select('button').text((column) => headingOf(column, view));
}

const headingOf = ({ header }: Column, { snapshot }: View): string =>
  typeof header === 'string' ? header : header(snapshot.headline);

function drawRows(view: View, sort: Sort | undefined, open: (id: string) => void): void {
  const { snapshot, visible } = view;
  const colors = new Map(snapshot.methods.map(({ label, color }) => [label, color]));
  const focused = document.activeElement;
  const rows = select('#table tbody')
    .selectAll<HTMLTableRowElement, TrialRow>('tr')
    .data(sorted(visible, sort), ({ id }) => id)
    .join((enter) => newRows(enter.append('tr'), open));
  rows.attr('data-state', ({ state }) => state).attr('title', ({ error }) => error);
  rows.selectAll<HTMLElement, Column>('[data-column]').each(function (column) {
    const row = select<Element, TrialRow>(this.closest('tr')!).datum();
    const text = column.text(row, snapshot.headline);
    if (this.textContent !== text) this.textContent = text;
    // On a phone, where each row is a card, the heading stands before its value.
    this.parentElement!.dataset['label'] = headingOf(column, view);
  });
  rows.select<HTMLElement>('.dot').style('background', ({ label }) => colors.get(label) ?? null);
  rows.order();
  // A row that is moved in the document loses the focus, so give it back.
  if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused)
    focused.focus();
  byId('none').hidden = visible.length > 0;
}

type Rows = Selection<HTMLTableRowElement, TrialRow, BaseType, unknown>;

function newRows(rows: Rows, open: (id: string) => void): Rows {
  rows.each(function ({ id }) {
    const row = select(this).attr('role', 'row');
    for (const column of COLUMNS) {
      const first = column.key === 'trial';
      const cell = row
        .append(first ? 'th' : 'td')
        .attr('role', first ? 'rowheader' : 'cell')
        .attr('class', column.align);
      if (first) {
        cell.attr('scope', 'row').append('span').attr('class', 'dot').attr('aria-hidden', 'true');
        cell
          .append('button')
          .attr('type', 'button')
          .attr('class', 'link')
          .attr('data-column', column.key)
          .datum(column)
          .on('click', () => open(id));
      } else {
        cell.append('span').attr('class', column.key).attr('data-column', column.key).datum(column);
      }
    }
  });
  return rows;
}
