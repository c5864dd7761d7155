import type { SweepData } from '@bbb/core';
import { answersOf } from '../answer/answer.js';
import type { Question } from '../answer/primary.js';
import { reproduction } from '../data/reproduce.js';
import { settingId, settingsOf, settingTitle } from '../data/groups.js';
import { subtitleOf, titleOf, type Origin } from '../data/title.js';
import { settingFigures } from '../figures/all.js';
import type { Figure } from '../figures/figure.js';
import { stylesOf } from '../figures/style.js';
import { html, type Content, type Markup } from '../markup/markup.js';
import { settingTables, sizeTables } from '../tables/all.js';
import { dataTable } from '../tables/data.js';
import { importanceTable } from '../tables/importance.js';
import { progressTable } from '../tables/progress.js';
import { stoppedEarlyTable } from '../tables/stopped-early.js';
import type { Table } from '../tables/table.js';
import { figureHtml } from './figure.js';
import { pageHtml, type Section } from './page.js';
import { answerHtml } from './answer.js';
import { legendHtml } from './legend.js';
import { reproduceHtml } from './reproduce.js';
import { tableHtml } from './table.js';

export interface ReportOptions {
  /** Default: the data, the network and the methods. */
  readonly title?: string;
  /** Name and date of the sweep, for the line below the title. Default: the line has neither. */
  readonly origin?: Origin;
  /** The command that made the results. */
  readonly command?: string;
  /** The comparison of the answer at the top. Default: the one that the sweep's configuration names under `answer`. */
  readonly question?: Question;
}

/** Tables with more rows than this are folded. */
const LONG = 14;

/**
 * A self-contained page: answer, figures, tables, and how to reproduce them. The same data give the same bytes.
 * @param data a sweep, as `readSweep` gives it
 * @param options title, origin, command and question of the report; see ReportOptions
 */
export function renderHtml(data: SweepData, options: ReportOptions = {}): string {
  const settings = settingsOf(data);
  const styleOf = stylesOf(data);
  const progress = progressTable(data);
  const answers = answersOf(data, options.question);
  const lead = html`${progress ? html`<div class="warn">${tableHtml(progress)}</div>` : undefined}${answerHtml(answers)}`;
  const sizes = sizeTables(data);
  const stopped = stoppedEarlyTable(data);
  const sets = dataTable(data);
  const importance = importanceTable(data);
  const sections: Section[] = [
    ...(sizes.length > 0 ? [{ id: 'sizes', title: 'By size of the network', body: sizes.map(folded) }] : []),
    ...settings.map((setting): Section => ({
      id: settingId(setting),
      title: settingTitle(setting),
      body: interleave(
        settingTables(data, setting),
        legendHtml(setting.groups, styleOf),
        settingFigures(setting, styleOf),
      ),
    })),
    ...(importance
      ? [{ id: 'importance', title: 'Which hyper-parameters matter', body: tableHtml(importance) }]
      : []),
    ...(stopped ? [{ id: 'stopped', title: 'Stopped early', body: stoppedHtml(stopped) }] : []),
    ...(sets ? [{ id: 'datasets', title: 'Data', body: tableHtml(sets) }] : []),
    { id: 'reproduce', title: 'Reproduce', body: reproduceHtml(reproduction(data, options.command)) },
  ];
  return pageHtml(options.title ?? titleOf(data), subtitleOf(data, options.origin), lead, sections);
}

/** The first table, the figures, then the other tables, because most readers look for them in this order. */
function interleave(tables: readonly Table[], legend: Markup, figures: readonly Figure[]): Content {
  const [first, ...rest] = tables;
  return [
    first && tableHtml(first),
    figures.length > 0 ? html`<div>${legend}${figures.map(figureHtml)}</div>` : undefined,
    rest.length > 0 ? html`<h3>All tables</h3>` : undefined,
    rest.map(folded),
  ];
}

/** The notes stay visible when the table is folded. */
function stoppedHtml(table: Table): Markup {
  return html`${table.notes.map((note) => html`<p>${note}</p>`)}${folded({ ...table, notes: [] })}`;
}

function folded(table: Table): Markup {
  if (table.rows.length <= LONG) return tableHtml(table);
  return html`<details>
    <summary>${table.title} (${table.rows.length} rows)</summary>
    ${tableHtml(table)}
  </details>`;
}
