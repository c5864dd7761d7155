import { resolve } from 'node:path';
import type { FailedTrial, SweepOutcome } from '@bbb/core';
import { print, printLine, say, warn } from '../io/output.js';
import { trialsText } from '../progress/lines.js';
import { reportInThread } from '../report/in-thread.js';
import { commandLine } from './command-line.js';

/**
 * Prints the outcome of a sweep so far, as text or as the last of all events, and writes a report into its folder. The results are stored
 * already, so a report that fails does not fail the command.
 * @param failures the ids of trials that failed in this run, and whether a display has shown why. Those that failed in an earlier run
 *   are named again
 * @returns the report's page, if one was written
 * @throws BbbError when the folder can't be read any more
 */
export async function printOutcome(
  { status, counts, seconds, error }: SweepOutcome,
  dir: string,
  asEvent: boolean,
  failures: { readonly now: ReadonlySet<string>; readonly shown: boolean },
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
  const isNew = ({ id }: FailedTrial): boolean => failures.now.has(id);
  earlierLines(failed.filter((trial) => !isNew(trial))).forEach(say);
  if (!failures.shown) failureLines(failed.filter(isNew)).forEach(say);
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

/** Trials that failed in an earlier run, in a line each: that run told more. */
function earlierLines(failed: readonly FailedTrial[]): string[] {
  if (failed.length === 0) return [];
  const rest = failed.length - MOST;
  return [
    `${trialsText(failed.length)} failed in an earlier run. --retry-failed tries ${failed.length === 1 ? 'it' : 'them'} again:`,
    ...failed
      .slice(0, MOST)
      .map(({ id, kind, error }) => `  ${id} (${error.code ?? kind}): ${error.message.split('\n', 1)[0]}`),
    ...(rest > 0 ? [`  ${rest} more; bbb sweep status lists them all`] : []),
  ];
}
