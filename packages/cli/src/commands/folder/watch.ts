import { setTimeout as sleep } from 'node:timers/promises';
import { createOutlook, readEpochs, sweepStatus, type Outlook, type SweepStatus } from '@bbb/sweep';
import type { EpochMetrics, IndexRow } from '@bbb/core';
import { createLogUpdate } from 'log-update';
import { printLine, say } from '../../io/output.js';
import { isLive } from '../../io/style.js';
import type { FolderFlags } from '../../options/kinds.js';
import { progressLines } from '../../progress/lines.js';
import type { ProgressState, RunningTrial } from '../../progress/state.js';
import { summaryLines } from './status.js';

/** Milliseconds between two readings of the folder. */
const EVERY_MS = 1000;

interface Look {
  readonly seen: SweepStatus;
  readonly outlook: Outlook;
  readonly epochs: ReadonlyMap<string, readonly EpochMetrics[]>;
}

/**
 * `bbb sweep watch`: shows the progress of a sweep that another process runs, until it ends. Reads files only. On a terminal the
 * lines are redrawn; elsewhere each change prints one line; with `--json` each line on standard output is a document.
 */
export async function watch(dir: string, { json }: FolderFlags): Promise<number> {
  const live = !json && isLive(process.stderr);
  const log = createLogUpdate(process.stderr, { showCursor: true });
  const outlookOf = createOutlook(dir);
  for (let last = ''; ;) {
    const look = await lookAt(dir, outlookOf);
    const { seen, outlook } = look;
    const lines = summaryLines(dir, seen, outlook);
    if (live) {
      const now = performance.now() / 1000;
      const size = { columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 };
      log(progressLines(progressOf(look, now), now, size).join('\n'));
    } else {
      const now = JSON.stringify(outlook.counts);
      if (now !== last && json) {
        const { counts, etaSeconds = null, fromEpochs = null } = outlook;
        await printLine({ dir, counts, etaSeconds, fromEpochs, owner: seen.owner ?? null });
      } else if (now !== last) say(lines[0]!);
      last = now;
    }
    if (!seen.owner) {
      if (live) log.done();
      // The first line was printed with the last change, where each change is a line.
      if (!json) say((live ? lines : lines.slice(1)).join('\n'));
      return 0;
    }
    await sleep(EVERY_MS);
  }
}

async function lookAt(dir: string, outlookOf: ReturnType<typeof createOutlook>): Promise<Look> {
  const seen = await sweepStatus(dir);
  const running = seen.trials.filter(({ state }) => state === 'running');
  const epochs = await Promise.all(running.map(async ({ id }) => [id, await readEpochs(dir, id)] as const));
  return { seen, outlook: await outlookOf(seen), epochs: new Map(epochs) };
}

/** The state that the live display draws. */
export function progressOf({ seen, outlook, epochs }: Look, now: number): ProgressState {
  const since = seen.owner?.since;
  const began = since === undefined ? now : now - (Date.now() - Date.parse(since)) / 1000;
  const { counts, timings, evaluations, workers } = outlook;
  const running = seen.trials
    .filter(({ state }) => state === 'running')
    .map((row): [string, RunningTrial] => [row.id, runningOf(row, epochs.get(row.id) ?? [], now)]);
  return {
    waiting: new Map(seen.trials.filter(({ state }) => state === 'waiting').map((row) => [row.id, row])),
    running: new Map(running),
    done: counts.done,
    kept: 0,
    stoppedEarly: counts['stopped-early'],
    unnamed: 0,
    failed: counts.failed + counts.diverged,
    workers,
    headline: seen.headline,
    startedAt: began,
    timings,
    evaluations,
  };
}

/** A running trial from its row of the index and its epochs so far. The number of its threads is not stored. */
function runningOf(row: IndexRow, epochs: readonly EpochMetrics[], now: number): RunningTrial {
  // The epochs are read after the index, so there may be one more, and the share is of the one before.
  const done = Math.min(epochs.length, row.epochs);
  const current = done === row.epoch;
  const phaseSince = now - (current ? row.phaseSeconds : 0);
  const trained = epochs.slice(0, done).reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    ...row,
    phase: done < row.epochs ? 'train' : 'evaluate',
    epoch: Math.min(done + 1, row.epochs),
    share: current ? row.phaseShare : 0,
    loss: epochs.at(-1)?.trainNll ?? Number.NaN,
    validationErrors: epochs.flatMap(({ validationError }) => validationError ?? []),
    attempt: row.attempts,
    threads: 1,
    // It counts as if all its epochs had been trained without a pause before this phase, so its pace is their mean.
    startedAt: phaseSince - trained,
    phaseSince,
    startEpochs: 0,
    startShare: 0,
  };
}
