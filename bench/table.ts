import type { Result } from './contest.js';

/** A result as a Markdown table. */
export function table({ title, unit, entries }: Result): string {
  const rows = entries.map(({ name, median, low, high, timesOurs }) => [
    name,
    digits(median),
    `${digits(low)} to ${digits(high)}`,
    `${timesOurs.toFixed(2)} x`,
  ]);
  return [`### ${title}`, '', markdown([['', unit, 'quartiles', 'time, ours = 1'], ...rows]), ''].join('\n');
}

/** A Markdown table. The first row is the head, and numbers are aligned to the right. */
export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Three significant digits. */
export const digits = (value: number): string =>
  value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toPrecision(2);
