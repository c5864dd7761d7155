import type { SweepData } from '@bbb/core';
import { costTable, plainAnswer, pruningTable, renderTerminal, settingsOf, type Table } from '@bbb/report';
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

/** What the numbers say, in plain words. */
export function answerText(data: SweepData): string {
  return settingsOf(data)
    .map(plainAnswer)
    .map(({ setting, sentences }) => [`${setting}:`, ...sentences].join('\n  '))
    .join('\n');
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
