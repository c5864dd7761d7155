import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCURACY, type IndexPatch, type IndexRow, type TrialProgress } from '@bbb/core';
import { createOutlook, sweepOutlook } from '@bbb/sweep';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { progressOf } from '../../packages/cli/src/commands/folder/watch.js';
import { estimateRemaining } from '../../packages/cli/src/progress/eta.js';
import type { Driving } from '../../packages/sweep/src/run/drive-context.js';
import { listenTo } from '../../packages/sweep/src/run/listen.js';
import { initialRow } from '../../packages/sweep/src/store/index/rows.js';
import { sharedFolder } from '../support/folders.js';
import { planned } from '../support/sweeps/planned.js';

const folder = sharedFolder();
const EPOCHS = planned(0).trial.training.epochs;
const row = (seed: number, patch: Partial<IndexRow> = {}): IndexRow => ({
  ...initialRow(planned(seed)),
  ...patch,
});
const evaluating = (seed: number, phaseShare: number, phaseSeconds: number): IndexRow =>
  row(seed, { state: 'running', attempts: 1, epoch: EPOCHS, phaseShare, phaseSeconds });
const owner = { pid: 1, host: 'h', since: new Date().toISOString() };
const statusOf = (trials: readonly IndexRow[]) => ({ trials, owner, datasets: [], headline: ACCURACY });
const epochsOf = (seconds: number, count = EPOCHS) =>
  Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    learningRate: 0.1,
    trainNll: 1,
    trainError: 0.1,
    kl: 0,
    loss: 1,
    seconds,
  }));

/** A finished trial: each epoch took a second, and the whole trial took `seconds`. */
function done(dir: string, seed: number, seconds: number): IndexRow {
  const own = row(seed, { state: 'done', attempts: 1, epoch: EPOCHS });
  writeEpochs(dir, own.id, epochsOf(1));
  const end = { event: 'end', attempt: 1, outcome: 'done', seconds };
  writeFileSync(
    join(dir, 'trials', own.id, 'attempts.jsonl'),
    `{"event":"start","attempt":1}\n${JSON.stringify(end)}\n`,
  );
  return own;
}

function writeEpochs(dir: string, id: string, epochs: ReturnType<typeof epochsOf>): void {
  const at = join(dir, 'trials', id);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'metrics.jsonl'), epochs.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

describe('the time that is left, computed by another process', () => {
  it('is estimated from the pace of an evaluation while one runs', async () => {
    const { etaSeconds } = await sweepOutlook(folder, statusOf([evaluating(0, 0.25, 10)]));
    expect(etaSeconds).toBe(30);
  });

  it('is unknown while the time of an evaluation is unknown', async () => {
    const outlook = await sweepOutlook(folder, statusOf([evaluating(0, 0, 10)]));
    expect(outlook.etaSeconds).toBeUndefined();
  });

  it('separates training and evaluation by the finished trials', async () => {
    const dir = join(folder, 'ended');
    const ended = done(dir, 0, EPOCHS + 8);
    const left = async (...open: IndexRow[]): Promise<number | undefined> =>
      (await sweepOutlook(dir, statusOf([ended, ...open]))).etaSeconds;
    const half = { state: 'running', epoch: EPOCHS - 1, phaseShare: 0.5 } as const;
    expect(await left(row(1))).toBe(EPOCHS + 8);
    expect(await left(row(1, half))).toBeCloseTo(0.5 + 8, 10);
    expect(await left(evaluating(1, 0, 3))).toBe(5);
    expect(await left(evaluating(1, 0.5, 3))).toBe(3);
    // The trial took longer than the others, so its end is unknown. The estimate must not be negative.
    expect(await left(evaluating(1, 0, 20))).toBe(0);
  });

  it('is estimated from the epochs so far while no trial is done, with their number', async () => {
    const dir = join(folder, 'first');
    const first = row(0, { state: 'running', attempts: 1, epoch: 1, phaseShare: 0.5 });
    const open = [first, row(1), row(2)];
    expect(await sweepOutlook(dir, statusOf(open))).not.toHaveProperty('etaSeconds');
    writeEpochs(dir, first.id, epochsOf(4, 1));
    expect(await sweepOutlook(dir, statusOf(open))).toMatchObject({
      etaSeconds: 4 * (EPOCHS - 1.5) + 2 * 4 * EPOCHS,
      fromEpochs: 1,
    });
    // The evaluation of the first trial gives an estimate for the others as soon as it reports progress.
    writeEpochs(dir, first.id, epochsOf(4));
    const left = async (share: number, seconds: number): Promise<number | undefined> =>
      (await sweepOutlook(dir, statusOf([evaluating(0, share, seconds), row(1)]))).etaSeconds;
    expect(await left(0, 0)).toBe(4 * EPOCHS);
    expect(await left(0.25, 10)).toBe(30 + 4 * EPOCHS + 40);
  });

  it('needs the files of a done trial only once', async () => {
    const dir = join(folder, 'once');
    const ended = { ...done(dir, 0, EPOCHS + 8), sha256: '0'.repeat(64) };
    const outlookOf = createOutlook(dir);
    const first = await outlookOf(statusOf([ended, row(1)]));
    rmSync(join(dir, 'trials'), { recursive: true });
    expect(await outlookOf(statusOf([ended, row(1)]))).toEqual(first);
    expect(first).toMatchObject({ etaSeconds: EPOCHS + 8 });
    expect(first).not.toHaveProperty('fromEpochs');
  });

  it('is the same on the lines of `bbb sweep watch`', async () => {
    const rows = [evaluating(0, 0.25, 10)];
    const seen = statusOf(rows);
    const look = {
      seen,
      outlook: await sweepOutlook(folder, seen),
      epochs: new Map([[rows[0]!.id, epochsOf(1)]]),
    };
    const { seconds, atLeast } = estimateRemaining(progressOf(look, 1000), 1000)!;
    expect(seconds).toBeCloseTo(30, 8);
    expect(atLeast).toBe(false);
  });
});

describe('the index of a running trial', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('gets at most once a second how far the epoch or the evaluation is, and how long it has run', () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const patches: IndexPatch[] = [];
    const driving = {
      index: { update: (_id: string, patch: IndexPatch) => patches.push(patch) },
      emit: () => undefined,
      brake: { safely: (run: () => void) => run() },
    } as unknown as Driving;
    const hear = listenTo(driving, planned(0), 1);
    const progress = (ms: number, share: number): void => {
      now += ms;
      const progress: TrialProgress = {
        phase: 'evaluate',
        epoch: EPOCHS,
        epochs: EPOCHS,
        share,
        trainNll: 0,
      };
      hear({ type: 'progress', progress });
    };
    hear({ type: 'started', resumedEpochs: [] });
    now += 5000;
    hear({ type: 'epoch', metrics: epochsOf(1).at(-1)! });
    progress(600, 0.1);
    progress(600, 0.2);
    progress(600, 0.3);
    progress(600, 0.4);
    expect(patches).toEqual([
      { state: 'running', attempts: 1, epoch: 0, phaseShare: 0, phaseSeconds: 0 },
      { epoch: EPOCHS, validationError: null, phaseShare: 0, phaseSeconds: 0 },
      { phaseShare: 0.2, phaseSeconds: 1.2 },
      { phaseShare: 0.4, phaseSeconds: 2.4 },
    ]);
  });
});
