import { resolve } from 'node:path';
import type { SweepOutcome } from '@bbb/core';
import { print, printLine, warn } from '../io/output.js';
import { tell } from '../tell/tell.js';
import { commandLine } from './command-line.js';

/**
 * What a sweep came to so far: text, or the last event of all; and a report in its folder. The results are stored already: a
 * report that fails is no reason to fail.
 * @returns the report's page, if one was written
 * @throws BbbError when the folder can't be read any more
 */
export async function printOutcome(
  { status, counts, seconds, error }: SweepOutcome,
  dir: string,
  asEvent: boolean,
): Promise<string | undefined> {
  const { text, warnings, written, answer, tables, failed } = await tell({
    kind: 'sweep',
    dir,
    out: resolve(dir),
    formats: status === 'disk-full' ? [] : ['html', 'md', 'csv'],
    width: process.stdout.columns || 120,
    command: commandLine(),
    filesMayFail: true,
  });
  warnings.forEach(warn);
  const [report] = written;
  const document = {
    type: 'outcome',
    status,
    dir,
    counts,
    seconds,
    ...(error ? { error } : {}),
    ...(report === undefined ? {} : { report }),
    answer,
    tables,
    failed,
  };
  await (asEvent ? printLine(document) : print(text));
  return report;
}
