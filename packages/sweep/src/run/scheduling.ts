import { safeParse } from '@bbb/core';
import { closeSync, fdatasyncSync, writeFileSync } from 'node:fs';
import type { EpochMetrics, Report, Scheduler } from '@bbb/core';
import { z } from 'zod';
import type { SweepConfig } from '../config/schema.js';
import type { Competes } from '../search/competition.js';
import { storeError, storing } from '../store/errors.js';
import { cutTorn, readJsonLines } from '../store/json-lines.js';
import { openOwn } from '../store/own-open.js';
import { reportsFile } from '../store/names.js';

/** Decides which trials go on. Reports and decisions are stored on disk in the order of their arrival. */
export interface Scheduling {
  /**
   * Takes the report of a trial after an epoch. Epochs that are known already are skipped. Returns whether the trial must stop; after
   * its last epoch, this is always false.
   */
  report(trial: string, metrics: EpochMetrics, last: boolean): boolean;
  /** The epoch after which it was decided that a trial stops; undefined when it goes on. */
  stoppedAt(trial: string): number | undefined;
  close(): void;
}

const lineSchema = z.object({
  trial: z.string(),
  epoch: z.int(),
  loss: z.number(),
  stop: z.boolean().optional(),
});

/**
 * Restores the reports and the decisions of a scheduler from earlier in this sweep.
 * @param competes which trials compete; a scheduler sees the reports of a trial and of its competitors
 * @throws BbbError `E_DISK_FULL`, `E_STORE_IO`
 */
export async function startScheduling(
  dir: string,
  scheduler: Scheduler,
  objective: NonNullable<SweepConfig['search']>['objective'],
  competes: Competes,
): Promise<Scheduling> {
  const path = reportsFile(dir);
  const lines = await storing('read the reports', () => readJsonLines(path));
  await storing('mend the reports', () => cutTorn(path, lines));

  const reports: Report[] = [];
  const peersOf = (trial: string): readonly Report[] =>
    reports.filter((each) => each.trial === trial || competes(trial, each.trial));
  const seen = new Set<string>();
  const stops = new Map<string, number>();
  const note = ({ stop, ...report }: z.output<typeof lineSchema>): void => {
    reports.push(report);
    seen.add(`${report.trial} ${report.epoch}`);
    if (stop) stops.set(report.trial, report.epoch);
  };
  for (const value of lines.values) {
    const parsed = safeParse(lineSchema, value);
    if (parsed.success) note(parsed.data);
  }
  let file: number | undefined;
  const store = (text: string, durable: boolean): void => {
    try {
      file ??= openOwn(path, 'append');
      // writeFileSync, because writeSync stores less than asked on a full disk and reports no error.
      writeFileSync(file, text);
      // A decision takes effect at once, so it has to survive a crash of the machine.
      if (durable) fdatasyncSync(file);
    } catch (error) {
      throw storeError('store a report', error);
    }
  };
  return {
    report(trial, metrics, last) {
      const { epoch } = metrics;
      const loss = metrics[objective];
      if (stops.has(trial)) return true;
      if (loss === undefined || seen.has(`${trial} ${epoch}`)) return false;
      const report = { trial, epoch, loss };
      const stop = !last && scheduler.decide([...peersOf(trial), report]) === 'stop';
      store(`${JSON.stringify({ ...report, ...(stop ? { stop } : {}) })}\n`, stop);
      note({ ...report, stop });
      return stop;
    },
    stoppedAt: (trial) => stops.get(trial),
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
