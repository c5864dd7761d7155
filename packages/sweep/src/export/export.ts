import { readSweep } from '../read.js';
import { toCsv } from './csv.js';
import { toParquet } from './parquet.js';
import { exportRows, type ExportTable } from './rows.js';

export type ExportFormat = 'csv' | 'json' | 'parquet';

/**
 * A sweep's folder as the bytes of one file, finished or not.
 * @throws BbbError as {@link readSweep}
 */
export async function exportSweep(
  dir: string,
  format: ExportFormat,
  table: ExportTable = 'evaluations',
): Promise<Uint8Array> {
  const rows = exportRows(await readSweep(dir), table);
  switch (format) {
    case 'csv':
      return Buffer.from(toCsv(rows));
    case 'json':
      return Buffer.from(`${JSON.stringify(rows, undefined, 2)}\n`);
    case 'parquet':
      return toParquet(rows);
  }
}
