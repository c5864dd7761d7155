import { createRequire } from 'node:module';

/** The part of an SQLite binding that the index needs; libsql and node:sqlite both have it. */
export interface SqlDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqlStatement;
  close(): unknown;
}

export interface SqlStatement {
  run(...values: SqlValue[]): unknown;
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}

type SqlValue = string | number | null;

/** A way to open SQLite files. */
export interface SqlDriver {
  readonly name: 'libsql' | 'node:sqlite';
  /** Opens a file; creates it where it is missing. */
  open(path: string): SqlDatabase;
}

/** The first Node version whose own SQLite is stable and prints no warning. */
const NODE_SQLITE = 24;

export function nodeSqlite(): SqlDriver | undefined {
  if (Number(process.versions.node.split('.')[0]) < NODE_SQLITE) return undefined;
  const sqlite = process.getBuiltinModule('node:sqlite') as
    { readonly DatabaseSync: new (path: string) => SqlDatabase } | undefined;
  return sqlite && { name: 'node:sqlite', open: (path) => new sqlite.DatabaseSync(path) };
}

/** @returns undefined when its binary for this platform is not installed */
export function libsql(): SqlDriver | undefined {
  try {
    const Database = createRequire(import.meta.url)('libsql') as new (path: string) => SqlDatabase;
    return { name: 'libsql', open: (path) => new Database(path) };
  } catch {
    return undefined;
  }
}

/** All drivers that work here, the preferred one first. */
export function sqlDrivers(): SqlDriver[] {
  return [nodeSqlite(), libsql()].filter((driver) => driver !== undefined);
}
