import { tableJson } from '@bbb/report';
import type { SweepData } from '@bbb/core';
import type { SweepOutcome } from '@bbb/sweep';
import { print, printJson, printLine } from '../io/output.js';
import type { RunFlags } from '../options/run.js';
import { mainTables, tablesText, testErrorText, writeTables } from './tables.js';

/** The tables of what is done so far: text, one JSON document, or a last line of NDJSON; and as a file in the folder. */
export async function printOutcome(
  outcome: SweepOutcome,
  data: SweepData,
  dir: string,
  { json, events }: Pick<RunFlags, 'json' | 'events'>,
): Promise<void> {
  const tables = mainTables(data);
  const file =
    tables.length > 0 && outcome.status !== 'disk-full' ? await writeTables(dir, tables) : undefined;
  const { status, counts, seconds, error } = outcome;
  const document = {
    status,
    dir,
    counts,
    seconds,
    ...(error ? { error } : {}),
    tables: tables.map(tableJson),
    failed: data.failed,
    ...(file === undefined ? {} : { file }),
  };
  if (json) await printJson(document);
  else if (events) await printLine({ type: 'tables', ...document });
  else await print([...testErrorText(data), tablesText(tables, process.stdout.columns || 120)].join('\n'));
}
