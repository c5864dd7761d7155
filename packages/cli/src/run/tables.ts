import { datasetsText, errorText, headlineError, headlineOf, type SweepData } from '@bbb/core';
import {
  answersOf,
  costTable,
  denseUncertaintyTable,
  pruningTable,
  renderAnswers,
  renderTerminal,
  settingsOf,
  type Question,
  type Table,
} from '@bbb/report';

/** What a sweep answers first, for each data set and network: what survives pruning, how sure a regression is, what training cost. */
export function mainTables(data: SweepData): Table[] {
  return settingsOf(data).flatMap((setting) => {
    const uncertainty = denseUncertaintyTable(setting);
    return [pruningTable(setting), ...(uncertainty ? [uncertainty] : []), costTable(setting, [])];
  });
}

export function tablesText(tables: readonly Table[], width: number): string {
  return tables.length === 0
    ? 'No trial has finished yet.'
    : tables.map((table) => renderTerminal(table, { width })).join('\n');
}

/** Which data the numbers are of, where the folder tells. */
export function dataLine({ datasets = [] }: SweepData): string[] {
  return datasets.length > 0 ? [`Data: ${datasetsText(datasets)}`, ''] : [];
}

/** What the numbers say: a sentence and a small table for each data set and network. */
export function answerText(data: SweepData, width: number, question?: Question): string {
  return renderAnswers(answersOf(data, question), { width });
}

/** The test error of a sweep of one trial; nothing for more. */
export function testErrorText({ plan, results }: SweepData): string[] {
  const [result] = results;
  const dense = result?.pruning.find(({ share }) => share === 0);
  if (plan.length !== 1 || !result || !dense) return [];
  const spec = headlineOf(result);
  const errors = dense.evaluations.map(
    ({ predict, samples, metrics }) =>
      `${errorText(spec, headlineError(spec, metrics))} (${predict === 'mean' ? 'mean network' : `average of ${samples} draws`})`,
  );
  return [`Test ${spec.error}: ${errors.join(', ')}`];
}
