import type { PlannedTrial } from '@bbb/core';
import type { SqlDatabase, SqlDriver, SqlStatement } from './database.js';

/** Where a trial is. */
export type IndexState = 'waiting' | 'running' | 'done' | 'stopped-early' | 'failed' | 'diverged';

/** One row of the index. */
export interface IndexRow {
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly configuration: string;
  readonly seed: number;
  readonly state: IndexState;
  readonly attempts: number;
  /** Epochs done, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Validation error of the last epoch, a fraction; null without validation. */
  readonly validationError: number | null;
  /** What the last failure said. */
  readonly error: string | null;
  /** SHA-256 of result.json. */
  readonly sha256: string | null;
}

export type IndexPatch = Partial<
  Pick<IndexRow, 'state' | 'attempts' | 'epoch' | 'validationError' | 'error' | 'sha256'>
>;

/**
 * An index of a sweep's trials in an SQLite file, for those who look on from outside. The folders are the truth: the
 * index is rebuilt from them whenever a sweep is opened. Calls throw the driver's errors.
 */
export interface TrialIndex {
  /** Adds rows at the end of the plan. */
  add(rows: readonly IndexRow[]): void;
  update(id: string, patch: IndexPatch): void;
  /** In the order of the plan. */
  rows(): IndexRow[];
  close(): void;
}

/** `PRAGMA user_version` of the layout below. */
const LAYOUT = 1;
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
  'validationError',
  'error',
  'sha256',
] as const satisfies readonly (keyof IndexRow)[];

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
    validationError REAL,
    error TEXT,
    sha256 TEXT
  );
  PRAGMA user_version = ${LAYOUT};
`;

const INSERT = `INSERT INTO trials (position, ${COLUMNS.join(', ')}) VALUES (?, ${COLUMNS.map(() => '?').join(', ')})`;

function insertInto(prepared: (sql: string) => SqlStatement, position: number, row: IndexRow): void {
  prepared(INSERT).run(position, ...COLUMNS.map((column) => row[column]));
}

/** Writes a new index with these rows in one transaction, over whatever the file held. */
export function createIndex(driver: SqlDriver, path: string, rows: readonly IndexRow[]): TrialIndex {
  const database = driver.open(path);
  try {
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec('BEGIN IMMEDIATE');
    database.exec(CREATE);
    const insert = database.prepare(INSERT);
    rows.forEach((row, position) => insertInto(() => insert, position, row));
    database.exec('COMMIT');
    return indexOver(database, closeTidily);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens an index that another process keeps; undefined when the file is not a whole one of this layout. */
export function openIndex(driver: SqlDriver, path: string): TrialIndex | undefined {
  let database: SqlDatabase | undefined;
  try {
    database = driver.open(path);
    database.exec('PRAGMA busy_timeout = 5000');
    const { user_version: layout } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    const check = database.prepare('PRAGMA quick_check').get() as { quick_check: string };
    if (layout === LAYOUT && check.quick_check === 'ok')
      return indexOver(database, (reader) => void reader.close());
  } catch {
    // Not SQLite, or damaged.
  }
  database?.close();
  return undefined;
}

function indexOver(database: SqlDatabase, close: (database: SqlDatabase) => void): TrialIndex {
  const statements = new Map<string, SqlStatement>();
  const prepared = (sql: string): SqlStatement => {
    const found = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, found);
    return found;
  };
  return {
    add(rows) {
      const { next } = prepared('SELECT COALESCE(MAX(position), -1) + 1 AS next FROM trials').get() as {
        next: number;
      };
      rows.forEach((row, i) => insertInto(prepared, next + i, row));
    },
    update(id, patch) {
      const columns = COLUMNS.filter((column) => column in patch) as (keyof IndexPatch)[];
      const assignments = columns.map((column) => `${column} = ?`).join(', ');
      prepared(`UPDATE trials SET ${assignments} WHERE id = ?`).run(
        ...columns.map((column) => patch[column] ?? null),
        id,
      );
    },
    rows: () => prepared(`SELECT ${COLUMNS.join(', ')} FROM trials ORDER BY position`).all() as IndexRow[],
    close: () => close(database),
  };
}

/**
 * libsql keeps a closed file open until its statements are collected as garbage, and with it the log beside the file: so
 * the log is folded in first, unless somebody is reading.
 */
function closeTidily(database: SqlDatabase): void {
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE;');
  } catch {
    // Somebody is: the log stays.
  }
  database.close();
}

/** The row of a trial that has not begun. */
export function initialRow({ id, label, variant, configuration, seed, trial }: PlannedTrial): IndexRow {
  return {
    id,
    label,
    variant,
    configuration,
    seed,
    state: 'waiting',
    attempts: 0,
    epoch: 0,
    epochs: trial.training.epochs,
    validationError: null,
    error: null,
    sha256: null,
  };
}
