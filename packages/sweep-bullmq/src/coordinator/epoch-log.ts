import { join } from 'node:path';
import { writeFileAtomic, type EpochMetrics } from '@bbb/core';
import { append, leadingEpochs, readText, storing, TRIAL_FILES } from '@bbb/sweep/host';
import { parseLine } from './parse-line.js';

/**
 * The metrics of a trial's epochs in its folder, stored as soon as a host reports them. A search or scheduler that decides by them may
 * have to read them again after a crash, and the next checkpoint may come much later.
 */
export interface EpochLog {
  /** @throws BbbError `E_DISK_FULL`, `E_STORE_IO`, as `epochs` does */
  add(metrics: EpochMetrics): Promise<void>;
  /** The stored epochs, from the first one without a gap. */
  epochs(): Promise<readonly EpochMetrics[]>;
  /** Replaces all lines by those of a host, up to the epoch of a checkpoint: the trial goes on from exactly these bytes. */
  replace(lines: readonly string[]): Promise<void>;
}

export function epochLog(folder: string): EpochLog {
  const path = join(folder, TRIAL_FILES.metrics);
  let lines: string[] | undefined;

  /** The lines that an earlier run of this process left; half a line at the end is cut off. */
  const known = async (): Promise<string[]> => {
    if (lines) return lines;
    const text = (await readText(path)) ?? '';
    lines = text.split('\n').slice(0, -1);
    if (text !== '' && !text.endsWith('\n')) await write(lines);
    return lines;
  };
  const write = (all: readonly string[]): Promise<void> =>
    writeFileAtomic(path, Buffer.from(all.map((line) => `${line}\n`).join('')));

  return {
    async add(metrics) {
      await storing('store the metrics of an epoch', async () => {
        const all = await known();
        // The epoch is known already, or comes after a gap: the next checkpoint brings the missing epochs.
        if (metrics.epoch !== all.length + 1) return;
        const line = JSON.stringify(metrics);
        await append(path, `${line}\n`, false);
        all.push(line);
      });
    },
    async epochs() {
      const all = await storing('read the metrics of epochs', known);
      return leadingEpochs(all.map(parseLine));
    },
    async replace(own) {
      const all = await known();
      lines = [...own, ...all.slice(own.length)];
      await write(lines);
    },
  };
}
