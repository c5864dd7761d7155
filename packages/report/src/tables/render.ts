import { csvField } from '@bbb/core';
import { gfm, type Markdown } from '../markup/markdown.js';
import { formatCell } from './format.js';
import type { Cell, Table } from './table.js';

const GAP = 2;

/**
 * Plain aligned text. A table wider than `width` continues below with its leading text columns repeated, so that nothing
 * is lost on a narrow terminal.
 * @param table rows, and columns with their keys and kinds
 * @param options `width`: columns of the terminal, default 100
 */
export function renderTerminal(table: Table, { width = 100 }: { readonly width?: number } = {}): string {
  const oneSeed = everyEstimateHasOneSeed(table) ? '' : undefined;
  const cells = table.rows.map((row) => row.map((cell) => formatCell(cell, oneSeed).replace(' ± ', '±')));
  const widths = table.columns.map((column, i) =>
    Math.max(column.header.length, ...cells.map((row) => row[i]!.length)),
  );
  const line = (texts: readonly string[], picked: readonly number[]): string =>
    picked
      .map((i) =>
        table.columns[i]!.align === 'left' ? texts[i]!.padEnd(widths[i]!) : texts[i]!.padStart(widths[i]!),
      )
      .join(' '.repeat(GAP))
      .trimEnd();
  const blocks = split(widths, leading(table), width).map((picked) => [
    line(
      table.columns.map(({ header }) => header),
      picked,
    ),
    ...cells.map((row) => line(row, picked)),
  ]);
  return [
    ...wrap(table.title, width),
    ...blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block])),
    ...notesOf(table).flatMap((note) => wrap(note, width)),
    '',
  ].join('\n');
}

/**
 * A GitHub-flavoured Markdown table with a heading.
 * @param table rows, and columns with their keys and kinds
 */
export function renderMarkdown(table: Table): string {
  return String(tableMarkdown(table));
}

/** The table without a heading, as a part of a longer text. */
export function tableMarkdown(table: Table): Markdown {
  const row = (texts: readonly string[]): Markdown => gfm`|${texts.map((value) => gfm` ${value} |`)}\n`;
  return gfm`### ${table.title}

${row(table.columns.map(({ header }) => header))}|${table.columns.map(({ align }) => (align === 'left' ? gfm` --- |` : gfm` ---: |`))}
${table.rows.map((cells) => row(cells.map(markdownCell)))}
${notesOf(table).map((note) => gfm`- ${note}\n`)}`;
}

function markdownCell(cell: Cell): string {
  return cell.kind === 'text' && cell.detail ? `${cell.text} (${cell.detail})` : formatCell(cell);
}

/**
 * RFC 4180. An estimate takes four columns: the mean under the column's key, then `_low`, `_high` (empty with one seed)
 * and `_n`. Numbers are in base units (fractions, nats, seconds), not rounded. Text that looks like a formula is marked as text.
 * @param table rows, and columns with their keys and kinds
 */
export function renderCsv(table: Table): string {
  const wide = table.columns.map((_, i) => table.rows.some((row) => row[i]!.kind === 'estimate'));
  const header = table.columns.flatMap(({ key }, i) =>
    wide[i] ? [key, `${key}_low`, `${key}_high`, `${key}_n`] : [key],
  );
  const rows = table.rows.map((row) => row.flatMap((cell, i) => csvFields(cell, wide[i]!)));
  return [header, ...rows].map((fields) => fields.map(csvField).join(',')).join('\r\n') + '\r\n';
}

/**
 * Plain JSON: rows by column key; estimates keep every seed's value.
 * @param table rows, and columns with their keys and kinds
 */
export function renderJson(table: Table): string {
  return `${JSON.stringify(tableJson(table), undefined, 2)}\n`;
}

/**
 * The object that {@link renderJson} writes.
 * @param table rows, and columns with their keys and kinds
 */
export function tableJson(table: Table): Record<string, unknown> {
  const rows = table.rows.map((row) =>
    Object.fromEntries(row.map((cell, i) => [table.columns[i]!.key, jsonValue(cell)])),
  );
  return { id: table.id, title: table.title, columns: table.columns, rows, notes: table.notes };
}

/** The notes, with one for estimates if the table has any. */
export function notesOf(table: Table): string[] {
  const estimates = table.rows.flat().filter((cell) => cell.kind === 'estimate');
  if (estimates.length === 0) return [...table.notes];
  const counts = estimates.map(({ estimate }) => estimate.n);
  const low = Math.min(...counts);
  const high = Math.max(...counts);
  const seeds = low === high ? String(low) : `${low} to ${high}`;
  const wide = high === 2 ? ' Of two seeds it is wide: run more before you compare methods.' : '';
  const interval =
    high === 1
      ? 'One seed: no interval. Run more seeds before you compare methods.'
      : `Mean ± half of the 95 % confidence interval over n = ${seeds} seeds (Student t).${wide}`;
  return [interval, ...table.notes];
}

function everyEstimateHasOneSeed(table: Table): boolean {
  return table.rows.flat().every((cell) => cell.kind !== 'estimate' || cell.estimate.n === 1);
}

/** Number of columns that name the rows: the left-aligned ones at the start, at least one. */
function leading({ columns }: Table): number {
  const first = columns.findIndex(({ align }) => align === 'right');
  return first < 1 ? 1 : first;
}

/** Column indices of each block; the first `repeated` columns are in all of them. */
function split(widths: readonly number[], repeated: number, width: number): number[][] {
  const names = Array.from({ length: Math.min(repeated, widths.length) }, (_, i) => i);
  const start = names.reduce((sum, i) => sum + widths[i]! + GAP, -GAP);
  const blocks: number[][] = [];
  let block = [...names];
  let used = start;
  for (let i = names.length; i < widths.length; i++) {
    if (used + GAP + widths[i]! > width && block.length > names.length) {
      blocks.push(block);
      block = [...names];
      used = start;
    }
    block.push(i);
    used += GAP + widths[i]!;
  }
  return [...blocks, block];
}

/** Greedy line breaking at spaces. */
export function wrap(value: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of value.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function csvFields(cell: Cell, wide: boolean): CsvValue[] {
  const fields = csvValues(cell);
  return wide ? [...fields, '', '', ''].slice(0, 4) : [fields[0]];
}

type CsvValue = Parameters<typeof csvField>[0];

function csvValues(cell: Cell): CsvValue[] {
  switch (cell.kind) {
    case 'text':
      return [cell.text];
    case 'number':
      return [cell.value];
    case 'estimate': {
      const { mean, low, high, n } = cell.estimate;
      return [mean, low, high, n];
    }
    case 'missing':
      return [undefined];
  }
}

function jsonValue(cell: Cell): unknown {
  switch (cell.kind) {
    case 'text':
      return cell.text;
    case 'number':
      return cell.value;
    case 'estimate':
      return cell.estimate;
    case 'missing':
      return null;
  }
}
