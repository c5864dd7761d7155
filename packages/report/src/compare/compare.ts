import type { SweepData } from '@bbb/core';
import { BbbError } from '@bbb/core';
import { fileSafe } from '../data/groups.js';
import { metricOf } from '../data/headline-metric.js';
import { capitalised, list } from '../answer/words.js';
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
import { byHeadline, groupsOf, matchGroups } from './match.js';
import { changesOf, changesTable, optionsTable } from './table.js';

/** Two sweeps side by side. */
export interface ComparisonReport {
  readonly title: string;
  readonly answer: ComparisonAnswer;
  /** Answers for settings whose headline metric differs from that of `answer`. Usually empty. */
  readonly others: readonly ComparisonAnswer[];
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
}

/**
 * What changed from sweep A to sweep B, for every method that both have (same data set, network size and name).
 * @param a a sweep, as `readSweep` gives it
 * @param b another one
 * @param names names of the two sweeps; default "A" and "B"
 * @param sparsity the sparsity of the answer; default: where A and B differ most on the validation images
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
      { hint: 'Give two sweeps that share a method with the same data set, network, likelihood and label.' },
    );
  }
  checkSparsity(sparsity, sharesOfAll(matches));
  // Accuracies and errors in a unit can't be in one table.
  const [first, ...rest] = byHeadline(matches).map((own, i) => {
    const answer = comparisonAnswer(own, sparsity);
    const suffix = i === 0 ? '' : `-${metricOf(own.flatMap(groupsOf)).key}-${i + 1}`;
    const suffixed = <T extends { readonly id: string }>(one: T): T => ({ ...one, id: `${one.id}${suffix}` });
    return {
      answer: { ...answer, table: suffixed(answer.table) },
      changes: suffixed(changesTable(changesOf(own), names)),
      figure: suffixed(changesFigure(own, names)),
    };
  });
  return {
    title: `Comparison of ${names[0]} and ${names[1]}`,
    answer: first!.answer,
    others: rest.map(({ answer }) => answer),
    tables: [first!, ...rest].map(({ changes }) => changes).concat(optionsTable(matches, onlyA, onlyB)),
    figures: [first!, ...rest].map(({ figure }) => figure),
  };
}

/**
 * The files of a comparison: `compare.html`, `compare.md`, ... There is nothing for TensorBoard in it.
 * @param report what `compareReports` returned
 * @param formats what to write: html, md, csv, json, svg, png, tensorboard
 */
export function comparisonFiles(report: ComparisonReport, formats: readonly ReportFormat[]): ReportFile[] {
  const { title, answer, others, tables, figures } = report;
  const answers = [answer, ...others];
  const make: Readonly<Record<ReportFormat, () => ReportFile[]>> = {
    html: () => [{ path: 'compare.html', content: renderComparisonHtml(report) }],
    md: () => [
      {
        path: 'compare.md',
        content: String(gfm`# ${title}

${answers.map(({ sentence }) => gfm`${sentence}\n\n`)}${[...answers.map(({ table }) => table), ...tables].map((table) => gfm`${tableMarkdown(table)}\n`)}`),
      },
    ],
    csv: () =>
      [...answers.map(({ table }) => table), ...tables].map((table) => ({
        path: `compare-${table.id}.csv`,
        content: renderCsv(table),
      })),
    json: () => [
      {
        path: 'compare.json',
        content: `${JSON.stringify({ format: 'bbb-comparison/1', title, answer: answerJson(answer), ...(others.length > 0 ? { others: others.map(answerJson) } : {}), tables: tables.map(tableJson) }, undefined, 2)}\n`,
      },
    ],
    svg: () =>
      figures.map((figure) => ({ path: `compare-${figure.id}.svg`, content: standaloneSvg(figure) })),
    png: () => figures.map((figure) => ({ path: `compare-${figure.id}.png`, content: renderPng(figure) })),
    tensorboard: () => [],
  };
  return [...new Set(formats)].flatMap((format) => make[format]());
}

function answerJson({ sentence, table }: ComparisonAnswer): Record<string, unknown> {
  return { sentence, table: tableJson(table) };
}

/**
 * A self-contained page of a comparison.
 * @param report what `compareReports` returned
 */
export function renderComparisonHtml({ title, answer, others, tables, figures }: ComparisonReport): string {
  const lead = html`<div class="answer" id="answer">
    <p class="headline">${answer.sentence}</p>
    ${tableHtml(answer.table)}${others.map(
      ({ sentence, table }) =>
        html`<p class="headline">${sentence}</p>
          ${tableHtml(table)}`,
    )}
  </div>`;
  return pageHtml(title, 'Two sweeps, paired by seed', lead, [
    {
      ...sectionOf(answer),
      body: [figures.map(figureHtml), tables.map(tableHtml)],
    },
  ]);
}

/** The section is named after the metric by which A and B are compared. */
function sectionOf({ headline }: ComparisonAnswer): { id: string; title: string } {
  return { id: fileSafe(headline.toLowerCase()), title: capitalised(headline) };
}

function checkSparsity(sparsity: number | undefined, shares: readonly number[]): void {
  if (sparsity === undefined || shares.includes(sparsity)) return;
  throw new BbbError(
    'E_REPORT_SPARSITY',
    `The two sweeps have no networks that were pruned to ${formatShare(sparsity)}.`,
    { hint: `Choose a sparsity that both measured: ${shares.join(', ')}.` },
  );
}
