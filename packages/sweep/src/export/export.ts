import type { SweepData } from '@bbb/core';
import { toCsv } from './csv.js';
import { toParquet } from './parquet.js';
import { exportRows, type ExportTable } from './rows.js';

export type ExportFormat = 'csv' | 'json' | 'parquet';

/**
 * A sweep as the bytes of one file, finished or not.
 * @param data as `readSweep` gives it
 * @param format `csv`, `json` or `parquet`
 * @param table what a row is about. Default: `evaluations`
 */
export function exportSweep(
  data: SweepData,
  format: ExportFormat,
  table: ExportTable = 'evaluations',
): Uint8Array {
  const rows = exportRows(data, table);
  switch (format) {
    case 'csv':
      return Buffer.from(toCsv(rows));
    case 'json':
      return Buffer.from(`${JSON.stringify(rows, undefined, 2)}\n`);
    case 'parquet':
      return toParquet(rows);
  }
}
