import { csvField } from '@bbb/core';
import { columnsOf, type Row } from './rows.js';

/** RFC 4180: commas, CRLF, quotes only where they are needed; a missing value is an empty cell. */
export function toCsv(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  const lines = [columns.map(csvField), ...rows.map((row) => columns.map((column) => csvField(row[column])))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}
