import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  libsql,
  nodeSqlite,
  sqlDrivers,
  type SqlDriver,
} from '../../packages/sweep/src/store/index/database.js';
import { initialRow, rowOf } from '../../packages/sweep/src/store/index/rows.js';
import {
  createIndex,
  readIndex,
  type SqliteIndex,
} from '../../packages/sweep/src/store/index/sqlite-index.js';
import { sqlite } from '../../packages/sweep/src/store/index/sqlite.js';
import type { TrialState } from '../../packages/sweep/src/store/scan.js';
import { temporaryFolder } from '../support/folders.js';
import { planned } from '../support/sweeps/planned.js';

const trials = Array.from({ length: 200 }, (_, seed) => planned(seed));
const rows = trials.map(initialRow);

it('has libsql everywhere, and node:sqlite where Node has it without a warning', () => {
  expect(libsql()?.name).toBe('libsql');
  expect(nodeSqlite() !== undefined).toBe(Number(process.versions.node.split('.')[0]) >= 24);
});

// The same tests run with every SQLite driver.
for (const driver of sqlDrivers()) {
  describe(`the index on ${driver.name}`, () => {
    it('keeps rows in the order of the plan, and updates', () => {
      const path = join(temporaryFolder(), 'sweep.db');
      const index = createIndex(driver, path, rows);
      index.update([
        { id: trials[3]!.id, state: 'done', epoch: 9, sha256: 'abc' },
        { id: trials[4]!.id, state: 'failed', error: "it's 'broken'", attempts: 2 },
        { id: trials[5]!.id, epoch: 2, validationError: 0.125 },
      ]);
      index.close();
      const { rows: read, closed } = readIndex(driver, path)!;
      expect(closed).toBe(true);
      expect(read.map(({ id }) => id)).toEqual(trials.map(({ id }) => id));
      expect(read[3]).toEqual({ ...rows[3], state: 'done', epoch: 9, sha256: 'abc' });
      expect(read[4]).toEqual({ ...rows[4], state: 'failed', error: "it's 'broken'", attempts: 2 });
      expect(read[5]).toEqual({ ...rows[5], epoch: 2, validationError: 0.125 });
      expect(read[0]).toEqual(rows[0]);
    });

    it('is read while another connection writes', () => {
      const path = join(temporaryFolder(), 'sweep.db');
      const index = createIndex(driver, path, rows);
      for (const { id } of trials.slice(0, 20)) {
        index.update([{ id, state: 'running' }]);
        const { rows: read, closed } = readIndex(driver, path)!;
        expect(read.find((row) => row.id === id)?.state).toBe('running');
        expect(closed).toBe(false);
      }
      index.close();
    });

    it.each(damages(driver))('is built again after %s', (_what, damage) => {
      const dir = temporaryFolder();
      const path = join(dir, 'sweep.db');
      const before = createIndex(driver, path, rows);
      before.update([{ id: trials[0]!.id, state: 'running' }]);
      before.close();
      damage(path);
      const states = new Map<string, TrialState>([
        [
          trials[0]!.id,
          { state: 'done', attempts: 1, epochs: 9, seconds: 1, validationError: 0.5, sha256: 'x' },
        ],
        [
          trials[1]!.id,
          {
            state: 'failed',
            attempts: 2,
            failed: {
              id: trials[1]!.id,
              kind: 'diverged',
              attempts: 2,
              error: { name: 'BbbError', message: 'NaN' },
            },
          },
        ],
      ]);
      const found = trials.map((trial) => rowOf(trial, states.get(trial.id)));
      const index = sqlite.open({ driver: 'auto' }, { dir, rows: found }) as SqliteIndex;
      const read = index.rows();
      index.close();
      expect(read).toHaveLength(trials.length);
      expect(read[0]).toMatchObject({ state: 'done', sha256: 'x', epoch: 9 });
      expect(read[1]).toMatchObject({ state: 'diverged', attempts: 2, error: 'NaN' });
      expect(read.slice(2)).toEqual(rows.slice(2));
    });
  });
}

function damages(driver: SqlDriver): [string, (path: string) => void][] {
  return [
    ['no damage', () => undefined],
    ['its deletion', (path) => rmSync(path)],
    ['being emptied', (path) => truncateSync(path, 0)],
    ['being cut short', (path) => truncateSync(path, 5000)],
    ['an overwritten header', (path) => overwrite(path, 0, Buffer.from('this was never a database'))],
    ['a page full of zeros', (path) => overwrite(path, 4096, Buffer.alloc(4096))],
    [
      'a last page full of zeros',
      (path) => overwrite(path, readFileSync(path).length - 4096, Buffer.alloc(4096)),
    ],
    [
      'a write-ahead log of another file',
      (path) => {
        const other = `${path}.other`;
        const index = createIndex(driver, other, rows);
        index.update([{ id: trials[2]!.id, state: 'failed' }]);
        expect(existsSync(`${other}-wal`)).toBe(true);
        copyFileSync(`${other}-wal`, `${path}-wal`);
        index.close();
      },
    ],
    [
      'another layout',
      (path) => {
        const database = driver.open(path);
        database.exec('PRAGMA user_version = 77; DROP TABLE trials; CREATE TABLE trials (x);');
        database.close();
      },
    ],
  ];
}

function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = readFileSync(path);
  bytes.copy(file, at);
  writeFileSync(path, file);
}

it('is refused by readers if it is damaged', () => {
  const driver = sqlDrivers()[0]!;
  for (const [what, damage] of damages(driver).filter(([name]) => /header|emptied|layout|short/.test(name))) {
    const path = join(temporaryFolder(), 'sweep.db');
    createIndex(driver, path, rows).close();
    // The content of the log would repair the file.
    const log = what.includes('layout') ? [] : ['-wal', '-shm'];
    for (const suffix of log) rmSync(`${path}${suffix}`, { force: true });
    damage(path);
    expect(readIndex(driver, path), what).toBeUndefined();
  }
});
