import { cutText, type IndexPatch, type IndexRow, type TrialIndex } from '@bbb/core';
import { z } from 'zod';
import type { SqlDatabase, SqlDriver, SqlStatement } from './database.js';

/** An index in an SQLite file. No trial waits for it. Calls throw the driver's errors. */
export interface SqliteIndex extends TrialIndex {
  add(rows: readonly IndexRow[]): void;
  update(changes: readonly (IndexPatch & Pick<IndexRow, 'id'>)[]): void;
  rows(): IndexRow[];
  close(): void;
}

/** `PRAGMA user_version` of the layout below: one value while the index is written to, another after it was closed with everything in it. */
const KEPT = 4;
const CLOSED = 5;
const COLUMNS = [
  'id',
  'label',
  'variant',
  'configuration',
  'seed',
  'state',
  'attempts',
  'epoch',
  'epochs',
  'phaseShare',
  'phaseSeconds',
  'validationError',
  'error',
  'sha256',
] as const satisfies readonly (keyof IndexRow)[];

const count = z.int().min(0);

/** SQLite does not check the types of its columns. */
const rowsSchema = z.array(
  z.object({
    id: z.string(),
    label: z.string(),
    variant: z.string(),
    configuration: z.string(),
    seed: count,
    state: z.enum(['waiting', 'running', 'done', 'stopped-early', 'failed', 'diverged']),
    attempts: count,
    epoch: count,
    epochs: count,
    phaseShare: z.number().min(0).max(1),
    phaseSeconds: z.number().min(0),
    validationError: z.number().nullable(),
    error: z
      .string()
      .transform((text) => cutText(text))
      .nullable(),
    sha256: z.string().nullable(),
  } satisfies Record<keyof IndexRow, z.ZodType>),
);

const CREATE = `
  DROP TABLE IF EXISTS trials;
  CREATE TABLE trials (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    variant TEXT NOT NULL,
    configuration TEXT NOT NULL,
    seed INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    epochs INTEGER NOT NULL,
    phaseShare REAL NOT NULL,
    phaseSeconds REAL NOT NULL,
    validationError REAL,
    error TEXT,
    sha256 TEXT
  );
  PRAGMA user_version = ${KEPT};
`;

const INSERT = `INSERT INTO trials (position, ${COLUMNS.join(', ')}) VALUES (?, ${COLUMNS.map(() => '?').join(', ')})`;
const SELECT = `SELECT ${COLUMNS.join(', ')} FROM trials ORDER BY position`;

function insertInto(prepared: (sql: string) => SqlStatement, position: number, row: IndexRow): void {
  prepared(INSERT).run(position, ...COLUMNS.map((column) => row[column]));
}

/**
 * Writes a new index with these rows in one transaction, over whatever the file held.
 * @param onBroken called at the close when something could not be written: other processes must not trust the index
 */
export function createIndex(
  driver: SqlDriver,
  path: string,
  rows: readonly IndexRow[],
  onBroken: () => void = () => undefined,
): SqliteIndex {
  const database = driver.open(path);
  try {
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    inTransaction(database, () => {
      database.exec(CREATE);
      const insert = database.prepare(INSERT);
      rows.forEach((row, position) => insertInto(() => insert, position, row));
    });
    return indexOver(database, onBroken);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs all changes in one transaction: one trip to the disk, and other readers see all or none. */
function inTransaction(database: SqlDatabase, run: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    run();
    database.exec('COMMIT');
  } catch (error) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // Some failures have rolled the transaction back already.
    }
    throw error;
  }
}

/** The content of an index that another process may be writing to. */
export interface IndexReading {
  readonly rows: readonly IndexRow[];
  /** Whether it was closed in order. Otherwise its process has more to write, or died before it could. */
  readonly closed: boolean;
}

/** @returns undefined when the file is incomplete or has another layout */
export function readIndex(driver: SqlDriver, path: string): IndexReading | undefined {
  let database: SqlDatabase | undefined;
  try {
    database = driver.open(path);
    database.exec('PRAGMA busy_timeout = 5000');
    const { user_version: layout } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    const check = database.prepare('PRAGMA quick_check').get() as { quick_check: string };
    if (check.quick_check !== 'ok' || (layout !== KEPT && layout !== CLOSED)) return undefined;
    return { rows: rowsSchema.parse(database.prepare(SELECT).all()), closed: layout === CLOSED };
  } catch {
    // The file is not SQLite, is damaged, or belongs to another program. The caller reads the folders instead.
    return undefined;
  } finally {
    database?.close();
  }
}

function indexOver(database: SqlDatabase, onBroken: () => void): SqliteIndex {
  const statements = new Map<string, SqlStatement>();
  let whole = true;
  const write = (run: () => void): void => {
    whole = false;
    inTransaction(database, run);
    whole = true;
  };
  const prepared = (sql: string): SqlStatement => {
    const found = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, found);
    return found;
  };
  const change = ({ id, ...patch }: IndexPatch & Pick<IndexRow, 'id'>): void => {
    const columns = COLUMNS.filter((column) => column in patch) as (keyof IndexPatch)[];
    if (columns.length === 0) return;
    const assignments = columns.map((column) => `${column} = ?`).join(', ');
    prepared(`UPDATE trials SET ${assignments} WHERE id = ?`).run(
      ...columns.map((column) => patch[column] ?? null),
      id,
    );
  };
  return {
    add(rows) {
      write(() => {
        const { next } = prepared('SELECT COALESCE(MAX(position), -1) + 1 AS next FROM trials').get() as {
          next: number;
        };
        rows.forEach((row, i) => insertInto(prepared, next + i, row));
      });
    },
    update: (changes) => write(() => changes.forEach(change)),
    rows: () => prepared(SELECT).all() as IndexRow[],
    close() {
      if (whole) return closeTidily(database);
      database.close();
      onBroken();
    },
  };
}

/**
 * libsql keeps a closed file, and its write-ahead log, open until its statements are garbage collected. So the log is merged into the
 * file first, unless another process is reading.
 */
function closeTidily(database: SqlDatabase): void {
  try {
    database.exec(`PRAGMA user_version = ${CLOSED}`);
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE;');
  } catch {
    // Another process is reading, so the log stays.
  }
  database.close();
}
