import type { SweepData } from '@bbb/core';
import { BbbError, suggest } from '@bbb/core';
import { answersOf } from './answer/answer.js';
import { reportFigures } from './figures/all.js';
import { standaloneSvg } from './figures/figure.js';
import { renderPng } from './figures/png.js';
import { renderHtml, type ReportOptions } from './html/report.js';
import { reportJson } from './json.js';
import { renderReportMarkdown } from './markdown.js';
import { reportTables } from './tables/all.js';
import { renderCsv } from './tables/render.js';
import { tensorboardFiles } from './tensorboard/trial.js';

export const REPORT_FORMATS = ['html', 'md', 'csv', 'json', 'svg', 'png', 'tensorboard'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A file of a report. */
export interface ReportFile {
  /** Path below the report's folder; `/` separates folders. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * Formats by name.
 * @param names names of formats
 * @throws BbbError `E_REPORT_FORMAT` for an unknown name
 */
export function parseFormats(names: readonly string[]): ReportFormat[] {
  return names.map((name) => {
    const found = REPORT_FORMATS.find((format) => format === name);
    if (found) return found;
    throw new BbbError('E_REPORT_FORMAT', `There is no report format "${name}".`, {
      hint: `${suggest(name, REPORT_FORMATS)}One of: ${REPORT_FORMATS.join(', ')}.`,
    });
  });
}

/**
 * All files of a report in these formats: `report.html`, `tables/pruning-....csv`, `figures/....svg`.
 * @param data a sweep, as `readSweep` gives it
 * @param formats what to write: html, md, csv, json, svg, png, tensorboard
 * @param options title, origin, command and question of the report; see ReportOptions
 */
export function reportFiles(
  data: SweepData,
  formats: readonly ReportFormat[],
  options: ReportOptions = {},
): ReportFile[] {
  const wanted = new Set(formats);
  const image = wanted.has('svg') ? 'svg' : wanted.has('png') ? 'png' : undefined;
  const figures = image ? reportFigures(data) : [];
  const links = figures.map(({ id, title }) => ({ title, path: `figures/${id}.${image}` }));
  const make: Readonly<Record<ReportFormat, () => ReportFile[]>> = {
    html: () => [{ path: 'report.html', content: renderHtml(data, options) }],
    md: () => [{ path: 'report.md', content: renderReportMarkdown(data, { ...options, figures: links }) }],
    csv: () =>
      [...answersOf(data, options.question).map(({ table }) => table), ...reportTables(data)].map(
        (table) => ({ path: `tables/${table.id}.csv`, content: renderCsv(table) }),
      ),
    json: () => [
      { path: 'report.json', content: `${JSON.stringify(reportJson(data, options), undefined, 2)}\n` },
    ],
    svg: () =>
      figures.map((figure) => ({ path: `figures/${figure.id}.svg`, content: standaloneSvg(figure) })),
    png: () => figures.map((figure) => ({ path: `figures/${figure.id}.png`, content: renderPng(figure) })),
    tensorboard: () =>
      tensorboardFiles(data).map(({ path, bytes }) => ({ path: `tensorboard/${path}`, content: bytes })),
  };
  return REPORT_FORMATS.filter((format) => wanted.has(format)).flatMap((format) => make[format]());
}
