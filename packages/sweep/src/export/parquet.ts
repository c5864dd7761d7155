import { parquetWriteBuffer, type BasicType } from 'hyparquet-writer';
import { columnsOf, type Cell, type Row } from './rows.js';

/** An Apache Parquet file; every column may be without a value. */
export function toParquet(rows: readonly Row[]): Uint8Array {
  const columnData = columnsOf(rows).map((name) => {
    const data = rows.map((row) => row[name] ?? null);
    return { name, data, type: typeOf(data), nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** All numbers are 64-bit floats: a column of whole numbers may hold fractions in the next export. */
function typeOf(cells: readonly Cell[]): BasicType {
  const kind = typeof cells.find((cell) => cell !== null);
  return kind === 'number' ? 'DOUBLE' : kind === 'boolean' ? 'BOOLEAN' : 'STRING';
}
