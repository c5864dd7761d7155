import { join } from 'node:path';
import { writeFileAtomic, type SweepData } from '@bbb/core';
import { costTable, pruningTable, renderMarkdown, renderTerminal, settingsOf, type Table } from '@bbb/report';
import { percent } from '../progress/lines.js';

/** What a sweep answers first, for each data set and network: what survives pruning, and what training cost. */
export function mainTables(data: SweepData): Table[] {
  return settingsOf(data).flatMap((setting) => [pruningTable(setting), costTable(setting, [])]);
}

export function tablesText(tables: readonly Table[], width: number): string {
  return tables.length === 0
    ? 'No trial has finished yet.'
    : tables.map((table) => renderTerminal(table, { width })).join('\n');
}

/** Puts the tables beside the trials. Gives the path. */
export async function writeTables(dir: string, tables: readonly Table[]): Promise<string> {
  const path = join(dir, 'tables.md');
  await writeFileAtomic(path, tables.map(renderMarkdown).join('\n'));
  return path;
}

/** The test error of a sweep of one trial; nothing for more. */
export function testErrorText({ plan, results }: SweepData): string[] {
  const [result] = results;
  const dense = result?.pruning.find(({ share }) => share === 0);
  if (plan.length !== 1 || !dense) return [];
  const errors = dense.evaluations.map(
    ({ predict, samples, metrics }) =>
      `${percent(1 - metrics.accuracy)} (${predict === 'mean' ? 'mean network' : `average of ${samples} draws`})`,
  );
  return [`Test error: ${errors.join(', ')}`];
}
