import type { SweepData } from '@bbb/core';
import { BbbError } from '@bbb/core';
import { list } from '../answer/words.js';
import { LEVEL } from '../data/compare-groups.js';
import type { ReportFile, ReportFormat } from '../files.js';
import { standaloneSvg, type Figure } from '../figures/figure.js';
import { renderPng } from '../figures/png.js';
import { figureHtml } from '../html/figure.js';
import { pageHtml } from '../html/page.js';
import { tableHtml } from '../html/table.js';
import { gfm } from '../markup/markdown.js';
import { html } from '../markup/markup.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import { formatEstimate, formatShare } from '../tables/format.js';
import { renderCsv, tableJson, tableMarkdown } from '../tables/render.js';
import type { Table } from '../tables/table.js';
import { changesFigure } from './figure.js';
import { matchGroups } from './match.js';
import { changesOf, changesTable, optionsTable, type Change } from './table.js';

/** Two sweeps side by side. */
export interface ComparisonReport {
  readonly title: string;
  /** In plain words; a change is called one only where it stands after Holm's adjustment. */
  readonly sentences: readonly string[];
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
}

/**
 * What changed from sweep A to sweep B, for every method that both have (same data set, network size and name).
 * @param names what to call them; default "A" and "B"
 * @throws BbbError `E_NOTHING_TO_COMPARE` when they have no finished method in common
 */
export function compareReports(
  a: SweepData,
  b: SweepData,
  names: readonly [string, string] = ['A', 'B'],
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
  return {
    title: `Comparison of ${names[0]} and ${names[1]}`,
    sentences: sentencesOf(changes),
    tables: [changesTable(changes, names), optionsTable(matches, onlyA, onlyB)],
    figures: [changesFigure(matches, names)],
  };
}

/** The files of a comparison: `compare.html`, `compare.md`, ... There is nothing for TensorBoard in it. */
export function comparisonFiles(report: ComparisonReport, formats: readonly ReportFormat[]): ReportFile[] {
  const { title, sentences, tables, figures } = report;
  const make: Readonly<Record<ReportFormat, () => ReportFile[]>> = {
    html: () => [{ path: 'compare.html', content: renderComparisonHtml(report) }],
    md: () => [
      {
        path: 'compare.md',
        content: String(gfm`# ${title}

${sentences.map((line) => gfm`${line}\n\n`)}${tables.map((table) => gfm`${tableMarkdown(table)}\n`)}`),
      },
    ],
    csv: () => tables.map((table) => ({ path: `compare-${table.id}.csv`, content: renderCsv(table) })),
    json: () => [
      {
        path: 'compare.json',
        content: `${JSON.stringify({ format: 'bbb-comparison/1', title, sentences, tables: tables.map(tableJson) }, undefined, 2)}\n`,
      },
    ],
    svg: () =>
      figures.map((figure) => ({ path: `compare-${figure.id}.svg`, content: standaloneSvg(figure) })),
    png: () => figures.map((figure) => ({ path: `compare-${figure.id}.png`, content: renderPng(figure) })),
    tensorboard: () => [],
  };
  return [...new Set(formats)].flatMap((format) => make[format]());
}

export function renderComparisonHtml({ title, sentences, tables, figures }: ComparisonReport): string {
  const lead = html`<div class="answer" id="answer">${sentences.map((line) => html`<p>${line}</p>`)}</div>`;
  return pageHtml(title, 'Two sweeps, paired by seed', lead, [
    {
      id: 'accuracy',
      title: 'Accuracy',
      body: [figures.map(figureHtml), tables.map(tableHtml)],
    },
  ]);
}

function sentencesOf(changes: readonly Change[]): string[] {
  const tested = changes.filter(({ adjusted }) => adjusted !== undefined);
  if (tested.length === 0) {
    return [
      'No difference could be tested: the sweeps share fewer than two seeds, or their results are the same for every seed.',
    ];
  }
  const real = tested.filter(({ adjusted }) => adjusted! < LEVEL);
  if (real.length === 0) {
    return [`None of the ${tested.length} differences tested stands out from the spread over seeds.`];
  }
  return [
    `${real.length} of the ${tested.length} differences tested stand out from the spread over seeds.`,
    ...real.map(({ match, share, paired }) => {
      const { difference } = paired!;
      const better = difference.mean > 0 ? 'better' : 'worse';
      return `${match.a.name} (${match.setting}), ${formatShare(share)} removed: B is ${better} than A by ${formatEstimate(size(difference), 'percent')} points.`;
    }),
  ];
}

/** A difference without its sign, which a word tells. */
function size(difference: Estimate): Estimate {
  return difference.mean < 0 ? estimate(difference.values.map((value) => -value))! : difference;
}
