import { resolve } from 'node:path';
import type { FailedTrial, SweepOutcome } from '@bbb/core';
import { print, printLine, say, warn } from '../io/output.js';
import { reportInThread } from '../report/in-thread.js';
import { commandLine } from './command-line.js';

/**
 * Prints the outcome of a sweep so far, as text or as the last of all events, and writes a report into its folder. The results are stored
 * already, so a report that fails does not fail the command.
 * @param reported whether a display has already shown why trials failed
 * @returns the report's page, if one was written
 * @throws BbbError when the folder can't be read any more
 */
export async function printOutcome(
  { status, counts, seconds, error }: SweepOutcome,
  dir: string,
  asEvent: boolean,
  reported = true,
): Promise<string | undefined> {
  const { text, warnings, written, answer, tables, failed } = await reportInThread({
    kind: 'sweep',
    dir,
    out: resolve(dir),
    formats: status === 'disk-full' ? [] : ['html', 'md', 'csv'],
    width: process.stdout.columns || 120,
    command: commandLine(),
    filesMayFail: true,
  });
  warnings.forEach(warn);
  if (!reported) failureLines(failed).forEach(say);
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

/** Most failures that are listed one by one. */
const MOST = 10;

function failureLines(failed: readonly FailedTrial[]): string[] {
  const rest = failed.length - MOST;
  return [
    ...failed
      .slice(0, MOST)
      .map(({ id, kind, error }) =>
        [
          `Trial ${id} failed (${kind}): ${error.message}`,
          ...(error.hint === undefined ? [] : [error.hint]),
        ].join(' '),
      ),
    ...(rest > 0 ? [`${rest} more failed.`] : []),
  ];
}
