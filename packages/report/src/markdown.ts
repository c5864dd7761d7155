import type { SweepData } from '@bbb/core';
import { answersOf, type Answer } from './answer/answer.js';
import { subtitleOf, titleOf } from './data/title.js';
import { mixedContents, reproduction, type Reproduction } from './data/reproduce.js';
import type { ReportOptions } from './html/report.js';
import { codeBlock, gfm, type Markdown } from './markup/markdown.js';
import { reportTables } from './tables/all.js';
import { tableMarkdown } from './tables/render.js';

export interface MarkdownOptions extends ReportOptions {
  /** Links to figures that were written beside it: title and path. */
  readonly figures?: readonly { readonly title: string; readonly path: string }[];
}

/**
 * The report as Markdown: answer, figures if there are files of them, tables, and how to reproduce it.
 * @param data a sweep, as `readSweep` gives it
 * @param options title, origin, command and question of the report; see ReportOptions
 */
export function renderReportMarkdown(data: SweepData, options: MarkdownOptions = {}): string {
  const answers = answersOf(data, options.question).map(answerMarkdown);
  const figures = options.figures ?? [];
  return String(gfm`# ${options.title ?? titleOf(data)}

${subtitleOf(data, options.origin)}.

${answers.length > 0 ? answers : NOTHING}${figures.length > 0 ? FIGURES : undefined}${figures.map(({ title, path }) => gfm`![${title}](${path})\n\n`)}## Tables

${reportTables(data).map((table) => gfm`${tableMarkdown(table)}\n`)}${reproduceMarkdown(reproduction(data, options.command))}`);
}

const NOTHING = gfm`No trial has finished yet.\n\n`;
const FIGURES = gfm`## Figures\n\n`;

function answerMarkdown({ setting, sentence, table, further }: Answer): Markdown {
  return gfm`## ${setting}

${sentence}

${tableMarkdown(table)}
${further.length > 0 ? FURTHER : undefined}${further.map((line) => gfm`- ${line}\n`)}${further.length > 0 ? gfm`\n` : undefined}`;
}

const FURTHER = gfm`What else the numbers say:\n\n`;

function reproduceMarkdown(reproduced: Reproduction): Markdown {
  const { command, config, seeds, versions, hardware, data: files } = reproduced;
  return gfm`## Reproduce

${command ? gfm`${codeBlock(command)}\n\n` : undefined}${[...versions, ...hardware].map((line) => gfm`- ${line}\n`)}- seeds ${seeds.join(', ')}
${Object.entries(files).map(([file, sha256]) => gfm`- ${file}: SHA-256 ${sha256}\n`)}${mixedContents(reproduced).map(([file, sha256, of]) => gfm`- ${file}: SHA-256 ${sha256} (${of})\n`)}
${codeBlock(JSON.stringify(config, undefined, 2), 'json')}
`;
}
