import { pruningTable, settingsOf, tableJson, terminalTable } from '@bbb/report';
import type { SweepData } from '@bbb/core';
import type { SweepOutcome } from '@bbb/sweep';
import { print, printJson, printLine } from '../io/output.js';
import type { RunFlags } from '../options/run.js';

/** The tables of what is done so far: text, one JSON document, or a last line of NDJSON. */
export async function printOutcome(
  outcome: SweepOutcome,
  data: SweepData,
  dir: string,
  { json, events }: Pick<RunFlags, 'json' | 'events'>,
): Promise<void> {
  if (json) return printJson(outcomeJson(outcome, data, dir));
  if (events) return printLine({ type: 'tables', ...outcomeJson(outcome, data, dir) });
  await print(terminalTable(data, { width: process.stdout.columns || 120 }));
}

function outcomeJson(outcome: SweepOutcome, data: SweepData, dir: string): Record<string, unknown> {
  const { status, counts, seconds, error } = outcome;
  return {
    status,
    dir,
    counts,
    seconds,
    ...(error ? { error } : {}),
    tables: settingsOf(data).map((setting) => tableJson(pruningTable(setting))),
    failed: data.failed,
  };
}
