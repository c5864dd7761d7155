import { resolve } from 'node:path';
import { writeFileAtomic } from '@bbb/core';
import { exportSweep } from '@bbb/sweep';
import { UsageError } from '../../errors/usage.js';
import { printBytes, say } from '../../io/output.js';
import type { ExportFlags } from '../../options/kinds.js';

/** `bbb sweep export`: a folder as one table for other programs, to a file or to standard output. */
export async function exportFolder(dir: string, { format, table, out }: ExportFlags): Promise<number> {
  if (out === undefined && format === 'parquet' && process.stdout.isTTY) {
    throw new UsageError('A Parquet file is not for a terminal.', 'Name a file: --out results.parquet');
  }
  const bytes = await exportSweep(dir, format, table);
  if (out === undefined) {
    await printBytes(bytes);
  } else {
    await writeFileAtomic(resolve(out), bytes);
    say(`${out}: ${bytes.length} bytes`);
  }
  return 0;
}
