import { resolve } from 'node:path';
import { tableJson, writeReport } from '@bbb/report';
import type { SweepData, SweepOutcome } from '@bbb/core';
import { print, printLine, warn } from '../io/output.js';
import { commandLine } from './command-line.js';
import { answerText, mainTables, tablesText, testErrorText } from './tables.js';

/** Columns of text inside of JSON. */
const WIDTH = 100;

/**
 * What a sweep came to so far: text, or the last event of all; and a report in its folder.
 * @returns the report's page, if one was written
 */
export async function printOutcome(
  outcome: SweepOutcome,
  data: SweepData,
  dir: string,
  asEvent: boolean,
): Promise<string | undefined> {
  const tables = mainTables(data);
  const report = await tryReport(outcome, data, dir);
  const { status, counts, seconds, error } = outcome;
  const document = {
    type: 'outcome',
    status,
    dir,
    counts,
    seconds,
    ...(error ? { error } : {}),
    ...(report === undefined ? {} : { report }),
    answer: answerText(data, WIDTH),
    tables: tables.map(tableJson),
    failed: data.failed,
  };
  if (asEvent) await printLine(document);
  else {
    const width = process.stdout.columns || 120;
    await print([...testErrorText(data), tablesText(tables, width), answerText(data, width)].join('\n'));
  }
  return report;
}

/** The results are stored already: a report that fails is no reason to fail. */
async function tryReport(
  { status }: SweepOutcome,
  data: SweepData,
  dir: string,
): Promise<string | undefined> {
  if (data.results.length === 0 || status === 'disk-full') return undefined;
  try {
    const [page] = await writeReport(data, resolve(dir), ['html', 'md', 'csv'], { command: commandLine() });
    return page;
  } catch (failure) {
    warn(`There is no report: ${(failure as Error).message}`);
    return undefined;
  }
}
