import { rmSync } from 'node:fs';
import { defineStore } from '@bbb/core';
import { z } from 'zod';
import { indexFile } from '../names.js';
import { sqlDrivers } from './database.js';
import { createIndex, type SqliteIndex } from './sqlite-index.js';

/** The index in the folder of the sweep, which `bbb sweep status` and `watch` read. */
export const sqlite = defineStore({
  description: 'An SQLite file in the folder of the sweep: sweep.db, by libsql or by Node itself.',
  options: z.strictObject({}),
  open: (_, { dir, rows }): SqliteIndex => {
    const [driver] = sqlDrivers();
    if (!driver) throw new Error('there is no SQLite on this platform');
    removeIndex(dir);
    return createIndex(driver, indexFile(dir), rows);
  },
});

/** Whatever is there may be garbled, or another process may hold it open: a new file has neither trouble. */
export function removeIndex(dir: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    rmSync(`${indexFile(dir)}${suffix}`, { force: true });
}
