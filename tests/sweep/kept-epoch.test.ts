import { keptEpoch, type EpochMetrics, type TrialResult } from '@bbb/core';
import { lossOf, readSweep, sweepStatus } from '@bbb/sweep';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportRows } from '../../packages/sweep/src/export/rows.js';
import { sharedFolder } from '../support/folders.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';

/** Epochs with these validation errors and NLLs. */
const epochsOf = (...values: readonly (readonly [number, number])[]): EpochMetrics[] =>
  values.map(([validationError, validationNll], i) => ({
    epoch: i + 1,
    learningRate: 0.1,
    trainNll: 1,
    trainError: 0.5,
    kl: 0,
    loss: 1,
    validationError,
    validationNll,
    seconds: 0,
  }));

describe('the kept epoch', () => {
  // The first epoch has the best NLL; the second and the third have the lowest error.
  const epochs = epochsOf([0.3, 0.5], [0.1, 0.9], [0.1, 0.8], [0.2, 0.7]);

  it('is the last one, or the first of the lowest validation error', () => {
    expect(keptEpoch(epochs, 'last')?.epoch).toBe(4);
    expect(keptEpoch(epochs, 'best')?.epoch).toBe(2);
    expect(keptEpoch([], 'last')).toBeUndefined();
    const [{ validationError, ...unmeasured }] = epochs as [EpochMetrics];
    expect(validationError).toBe(0.3);
    expect(keptEpoch([unmeasured], 'best')).toBeUndefined();
  });

  it('is the one whose loss a search uses, for any metric', () => {
    const search = (objective: 'validationError' | 'validationNll') => ({ objective }) as never;
    expect(lossOf(epochs, { select: 'best', search: search('validationNll') })).toBe(0.9);
    expect(lossOf(epochs, { select: 'best', search: search('validationError') })).toBe(0.1);
    expect(lossOf(epochs, { select: 'last', search: search('validationNll') })).toBe(0.7);
  });
});

describe('a sweep that keeps the best epoch', () => {
  const dir = sharedFolder();
  let result: TrialResult;
  beforeAll(async () => {
    // At this learning rate, the last epoch is not the best one.
    const training = { epochs: 20, batchSize: 16, optimizer: { kind: 'sgd', learningRate: 1.5 } };
    const plan = await tinyPlan({ methods: [{ use: 'sgd' }], training, select: 'best' } as never);
    await run(plan, { dir });
    [result] = (await readSweep(dir)).results as [TrialResult];
  });

  it('shows the validation error of the measured network everywhere', async () => {
    const { bestEpoch, epochs } = result;
    const { validationError, validationNll } = epochs[bestEpoch! - 1]!;
    expect(validationError).toBeLessThan(epochs.at(-1)!.validationError!);
    const [row] = exportRows(await readSweep(dir), 'evaluations');
    expect(row).toMatchObject({ validationError, validationNll });
    expect((await sweepStatus(dir)).trials[0]!.validationError).toBe(validationError);
    await rm(join(dir, 'sweep.db'));
    expect((await sweepStatus(dir)).trials[0]!.validationError).toBe(validationError);
  });
});
