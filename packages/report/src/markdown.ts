import type { SweepData } from '@bbb/core';
import { plainAnswer } from './answer/answer.js';
import { settingsOf } from './data/groups.js';
import { mixedContents, reproduction } from './data/reproduce.js';
import type { ReportOptions } from './html/report.js';
import { reportTables } from './tables/all.js';
import { renderMarkdown } from './tables/render.js';
import { extent } from './tables/stopped-early.js';

export interface MarkdownOptions extends ReportOptions {
  /** Links to figures that were written beside it: title and path. */
  readonly figures?: readonly { readonly title: string; readonly path: string }[];
}

/** The report as Markdown: answer, figures if there are files of them, tables, and how to reproduce it. */
export function renderReportMarkdown(data: SweepData, options: MarkdownOptions = {}): string {
  const reproduced = reproduction(data, options.command);
  const { command, config, seeds, versions, hardware, data: files } = reproduced;
  const answers = settingsOf(data).flatMap((setting) => {
    const { setting: title, sentences } = plainAnswer(setting);
    return [`## ${title}`, '', ...sentences.flatMap((sentence) => [sentence, ''])];
  });
  return [
    `# ${options.title ?? 'Report of a sweep'}`,
    '',
    `${extent(data)}.`,
    '',
    ...(answers.length > 0 ? answers : ['No trial has finished yet.', '']),
    ...(options.figures?.length ? ['## Figures', ''] : []),
    ...(options.figures ?? []).flatMap(({ title, path }) => [`![${title}](${path})`, '']),
    '## Tables',
    '',
    ...reportTables(data).map(renderMarkdown),
    '## Reproduce',
    '',
    ...(command ? ['```', command, '```', ''] : []),
    ...versions.map((version) => `- ${version}`),
    ...hardware.map((machine) => `- ${machine}`),
    `- seeds ${seeds.join(', ')}`,
    ...Object.entries(files).map(([file, sha256]) => `- ${file}: SHA-256 ${sha256}`),
    ...mixedContents(reproduced).map(([file, sha256, of]) => `- ${file}: SHA-256 ${sha256} (${of})`),
    '',
    '```json',
    JSON.stringify(config, undefined, 2),
    '```',
    '',
  ].join('\n');
}
