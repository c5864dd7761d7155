import { rmSync } from 'node:fs';
import { BbbError, defineStore } from '@bbb/core';
import { z } from 'zod';
import { indexFile } from '../names.js';
import { sqlDrivers, type SqlDriver } from './database.js';
import { createIndex, type SqliteIndex } from './sqlite-index.js';

export const sqliteOptions = z.strictObject({
  driver: z
    .enum(['auto', 'node:sqlite', 'libsql'])
    .default('auto')
    .describe("What writes the file. auto: Node's own SQLite where there is one, else libsql."),
});

/** The index in the folder of the sweep, which `bbb sweep status` and `watch` read. */
export const sqlite = defineStore({
  description: 'An SQLite file in the folder of the sweep: sweep.db, by libsql or by Node itself.',
  options: sqliteOptions,
  open: ({ driver }, { dir, rows }): SqliteIndex => {
    const chosen = driverOf(driver);
    removeIndex(dir);
    // Without an index, other processes read the folders.
    return createIndex(chosen, indexFile(dir), rows, () => removeIndex(dir));
  },
});

/** @throws BbbError `E_OPTIONS` for a driver that the user named and that does not work here; Error when none works */
function driverOf(name: 'auto' | SqlDriver['name']): SqlDriver {
  const drivers = sqlDrivers();
  const found = name === 'auto' ? drivers[0] : drivers.find((driver) => driver.name === name);
  if (found) return found;
  if (name === 'auto') throw new Error('there is no SQLite on this platform');
  throw new BbbError('E_OPTIONS', `The store "sqlite" can't use the driver ${name} here.`, {
    hint: `Leave the option driver out. ${drivers.length === 0 ? 'None works' : `These work: ${drivers.map((driver) => driver.name).join(', ')}`} on this platform.`,
  });
}

/** Removes the index. The old file may be damaged or held open by another process; a new file is neither. */
export function removeIndex(dir: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    rmSync(`${indexFile(dir)}${suffix}`, { force: true });
}
