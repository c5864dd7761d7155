import { join } from 'node:path';
import { writeFileAtomic, type EpochMetrics } from '@bbb/core';
import { append, leadingEpochs, readText, storing, TRIAL_FILES } from '@bbb/sweep/host';
import { parseLine } from './parse-line.js';

/**
 * The metrics of a trial's epochs in its folder, as soon as a host reports them: what is decided by them, a search or a
 * scheduler may have to look up again after this process has died, and a checkpoint may come much later.
 */
export interface EpochLog {
  /** @throws BbbError `E_DISK_FULL`, `E_STORE_IO`, as `epochs` does */
  add(metrics: EpochMetrics): Promise<void>;
  /** What is there, from the first epoch on without a gap. */
  epochs(): Promise<readonly EpochMetrics[]>;
  /** The lines of a host, up to the epoch of a checkpoint: these are what a trial goes on from, byte for byte. */
  replace(lines: readonly string[]): Promise<void>;
}

export function epochLog(folder: string): EpochLog {
  const path = join(folder, TRIAL_FILES.metrics);
  let lines: string[] | undefined;

  /** What an earlier run of this process left; half a line is cut off. */
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
        // Run again by another host, or after others that nobody heard of: the next checkpoint brings those along.
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
