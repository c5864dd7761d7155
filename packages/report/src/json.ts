import type { SweepData } from '@bbb/core';
import { answersOf } from './answer/answer.js';
import { titleOf } from './data/title.js';
import { reproduction } from './data/reproduce.js';
import type { ReportOptions } from './html/report.js';
import { reportTables } from './tables/all.js';
import { tableJson } from './tables/render.js';

/**
 * The report as data: answers, tables with every seed's value, and how to reproduce it.
 * @param data a sweep, as `readSweep` gives it
 * @param options title, origin, command and question of the report; see ReportOptions
 */
export function reportJson(data: SweepData, options: ReportOptions = {}): Record<string, unknown> {
  return {
    format: 'bbb-report/1',
    title: options.title ?? titleOf(data),
    ...(options.origin ? { origin: options.origin } : {}),
    trials: {
      planned: data.plan.length,
      done: data.results.length,
      missing: data.missing,
      failed: data.failed,
      stoppedEarly: data.stoppedEarly ?? [],
    },
    answers: answersOf(data, options.question).map(({ table, ...answer }) => ({
      ...answer,
      table: tableJson(table),
    })),
    tables: reportTables(data).map(tableJson),
    reproduction: reproduction(data, options.command),
  };
}
