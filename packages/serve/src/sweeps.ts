import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetsText } from '@bbb/core';
import { readOrigin, readPlan, sweepStatus } from '@bbb/sweep';
import type { SweepRow } from './protocol.js';

/** Lists the sweeps of a folder as they are now. */
export type ListSweeps = () => Promise<readonly SweepRow[]>;

/** Names of the folders in a folder that hold a sweep, sorted. None if the folder can't be read. */
export async function sweepsIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const held = await Promise.all(folders.map((name) => isSweep(join(dir, name))));
  return folders.filter((_, i) => held[i]).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Whether a folder holds a sweep, readable or not. */
export function isSweep(dir: string): Promise<boolean> {
  return stat(join(dir, 'sweep.json')).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A sweep that can't be read is listed with the reason; the others are still listed. */
export function createListSweeps(dir: string): ListSweeps {
  const dates = createDates();
  return async () => {
    const rows: SweepRow[] = [];
    for (const name of await sweepsIn(dir)) rows.push(await rowOf(join(dir, name), name, dates));
    return rows;
  };
}

const UNREADABLE = { state: 'unreadable', date: null, ended: 0, trials: 0, methods: [], data: '' } as const;

async function rowOf(dir: string, name: string, dates: Dates): Promise<SweepRow> {
  try {
    const { trials, owner, datasets } = await sweepStatus(dir);
    const { plan } = await readPlan(dir);
    const ended = trials.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
    const state = owner ? 'running' : ended === trials.length ? 'finished' : 'not running';
    return {
      name,
      state,
      date: await dates(dir, ended),
      ended,
      trials: trials.length,
      methods: [...new Set(plan.map(({ label }) => label))],
      data: datasetsText(datasets),
      problem: null,
    };
  } catch (error) {
    return { ...UNREADABLE, name, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The day on which a sweep's last trial ended. It is read again when more trials have ended. */
type Dates = (dir: string, ended: number) => Promise<string | null>;

function createDates(): Dates {
  const known = new Map<string, { readonly ended: number; readonly date: string | null }>();
  return async (dir, ended) => {
    const before = known.get(dir);
    if (before?.ended === ended) return before.date;
    const date = (await readOrigin(dir)).date ?? null;
    known.set(dir, { ended, date });
    return date;
  };
}
