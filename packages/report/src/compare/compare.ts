import type { SweepData } from '@bbb/core';
import { BbbError } from '@bbb/core';
import { list } from '../answer/words.js';
import type { ReportFile, ReportFormat } from '../files.js';
import { standaloneSvg, type Figure } from '../figures/figure.js';
import { renderPng } from '../figures/png.js';
import { figureHtml } from '../html/figure.js';
import { pageHtml } from '../html/page.js';
import { tableHtml } from '../html/table.js';
import { gfm } from '../markup/markdown.js';
import { html } from '../markup/markup.js';
import { formatShare } from '../tables/format.js';
import { renderCsv, tableJson, tableMarkdown } from '../tables/render.js';
import type { Table } from '../tables/table.js';
import { comparisonAnswer, sharesOfAll, type ComparisonAnswer } from './answer.js';
import { changesFigure } from './figure.js';
import { matchGroups } from './match.js';
import { changesOf, changesTable, optionsTable } from './table.js';

/** Two sweeps side by side. */
export interface ComparisonReport {
  readonly title: string;
  readonly answer: ComparisonAnswer;
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
}

/**
 * What changed from sweep A to sweep B, for every method that both have (same data set, network size and name).
 * @param names what to call them; default "A" and "B"
 * @param sparsity what the answer compares; default: where A and B differ most on the validation images
 * @throws BbbError `E_NOTHING_TO_COMPARE` when they have no finished method in common, `E_REPORT_SPARSITY` for a sparsity
 *   that one of them did not measure
 */
export function compareReports(
  a: SweepData,
  b: SweepData,
  names: readonly [string, string] = ['A', 'B'],
  sparsity?: number,
): ComparisonReport {
  const { matches, onlyA, onlyB } = matchGroups(a, b);
  if (matches.length === 0) {
    const of = (only: readonly string[]): string => list(only) || 'no finished trial';
    throw new BbbError(
      'E_NOTHING_TO_COMPARE',
      `The sweeps have no method in common: A has ${of(onlyA)}; B has ${of(onlyB)}.`,
      { hint: 'Methods are matched by data set, hidden layers and label.' },
    );
  }
  const changes = changesOf(matches);
  checkSparsity(sparsity, sharesOfAll(matches));
  return {
    title: `Comparison of ${names[0]} and ${names[1]}`,
    answer: comparisonAnswer(matches, sparsity),
    tables: [changesTable(changes, names), optionsTable(matches, onlyA, onlyB)],
    figures: [changesFigure(matches, names)],
  };
}

/** The files of a comparison: `compare.html`, `compare.md`, ... There is nothing for TensorBoard in it. */
export function comparisonFiles(report: ComparisonReport, formats: readonly ReportFormat[]): ReportFile[] {
  const { title, answer, tables, figures } = report;
  const make: Readonly<Record<ReportFormat, () => ReportFile[]>> = {
    html: () => [{ path: 'compare.html', content: renderComparisonHtml(report) }],
    md: () => [
      {
        path: 'compare.md',
        content: String(gfm`# ${title}

${answer.sentence}

${[answer.table, ...tables].map((table) => gfm`${tableMarkdown(table)}\n`)}`),
      },
    ],
    csv: () =>
      [answer.table, ...tables].map((table) => ({
        path: `compare-${table.id}.csv`,
        content: renderCsv(table),
      })),
    json: () => [
      {
        path: 'compare.json',
        content: `${JSON.stringify({ format: 'bbb-comparison/1', title, answer: { ...answer, table: tableJson(answer.table) }, tables: tables.map(tableJson) }, undefined, 2)}\n`,
      },
    ],
    svg: () =>
      figures.map((figure) => ({ path: `compare-${figure.id}.svg`, content: standaloneSvg(figure) })),
    png: () => figures.map((figure) => ({ path: `compare-${figure.id}.png`, content: renderPng(figure) })),
    tensorboard: () => [],
  };
  return [...new Set(formats)].flatMap((format) => make[format]());
}

export function renderComparisonHtml({ title, answer, tables, figures }: ComparisonReport): string {
  const lead = html`<div class="answer" id="answer">
    <p class="headline">${answer.sentence}</p>
    ${tableHtml(answer.table)}
  </div>`;
  return pageHtml(title, 'Two sweeps, paired by seed', lead, [
    {
      id: 'accuracy',
      title: 'Accuracy',
      body: [figures.map(figureHtml), tables.map(tableHtml)],
    },
  ]);
}

function checkSparsity(sparsity: number | undefined, shares: readonly number[]): void {
  if (sparsity === undefined || shares.includes(sparsity)) return;
  throw new BbbError(
    'E_REPORT_SPARSITY',
    `No network of both sweeps was pruned to ${formatShare(sparsity)}.`,
    { hint: `Name a sparsity that both measured: ${shares.join(', ')}.` },
  );
}
