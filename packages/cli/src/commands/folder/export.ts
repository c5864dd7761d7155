import { resolve } from 'node:path';
import { exportSweep, readSweep } from '@bbb/sweep';
import { UsageError } from '../../errors/usage.js';
import { checkOut, writeOut } from '../../io/output-file.js';
import { printBytes, say, warn } from '../../io/output.js';
import { damageOf } from '../../run/damage.js';
import type { ExportFlags } from '../../options/kinds.js';

/** `bbb sweep export`: a folder as one table for other programs, to a file or to standard output. */
export async function exportFolder(dir: string, { format, table, out, force }: ExportFlags): Promise<number> {
  if (out === undefined && format === 'parquet' && process.stdout.isTTY) {
    throw new UsageError('A Parquet file is not for a terminal.', 'Name a file: --out results.parquet');
  }
  if (out !== undefined) await checkOut(resolve(out), force === true);
  const data = await readSweep(dir);
  damageOf(data, dir).forEach((line) => warn(line));
  const bytes = exportSweep(data, format, table);
  if (out === undefined) {
    await printBytes(bytes);
  } else {
    await writeOut(resolve(out), bytes, force === true);
    say(`${out}: ${bytes.length} bytes`);
  }
  return 0;
}
