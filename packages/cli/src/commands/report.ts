import { terminalTable } from '@bbb/report';
import { readSweep } from '@bbb/sweep';
import { print } from '../io/output.js';
import type { ReportFlags } from '../options/kinds.js';

/** `bbb report`: the tables of a sweep's folder. */
export async function report(dir: string, _flags: ReportFlags): Promise<number> {
  await print(terminalTable(await readSweep(dir), { width: process.stdout.columns || 120 }));
  return 0;
}
