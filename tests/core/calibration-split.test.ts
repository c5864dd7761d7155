import {
  createRegistry,
  resultSchema,
  runTrial,
  splitData,
  startBackend,
  trialId,
  trialKeys,
} from '@bbb/core';
import builtIns from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const registry = createRegistry([builtIns]);
const sgd = { use: 'sgd', options: {} };
const trial = tinyTrial('mlp', sgd, { select: 'last' });
const key = trialKeys(0).split;
const rows = (options: typeof trial.data) => {
  const splits = splitData(tinyDataset('mlp'), options, key);
  return {
    train: [...splits.train.rows],
    validation: [...splits.validation.rows],
    calibration: [...splits.calibration.rows],
  };
};

describe('examples to calibrate on', () => {
  it('are by default half of the held-out ones, and selection still has all', () => {
    const { validation, calibration } = rows(trial.data);
    expect([validation.length, calibration.length]).toEqual([12, 6]);
    expect(calibration.every((row) => validation.includes(row))).toBe(true);
    expect(calibration).toEqual(calibration.toSorted((a, b) => a - b));
  });

  it('are not used for selection if their number is given', () => {
    const before = rows(trial.data);
    const { train, validation, calibration } = rows({ ...trial.data, calibration: 5 });
    expect(train).toEqual(before.train);
    expect([validation.length, calibration.length]).toEqual([7, 5]);
    expect([...validation, ...calibration].toSorted((a, b) => a - b)).toEqual(before.validation);
  });

  it('may be none, and are at most as many as exist', () => {
    expect(rows({ ...trial.data, calibration: 0 }).calibration).toEqual([]);
    expect(() => rows({ ...trial.data, calibration: 13 })).toThrow(/13 calibration .* 12 validation/);
  });
});

describe('test examples to calibrate on', () => {
  const whole = splitData(tinyDataset('mlp'), trial.data, key);
  const count = whole.test.rows.length;

  it('are not used for the test, and no training example is held out for them', () => {
    const options = { ...trial.data, validation: 0, testCalibration: 5 };
    const { train, test, calibration } = splitData(tinyDataset('mlp'), options, key);
    expect(train.rows).toHaveLength(tinyDataset('mlp').train.count);
    expect([calibration.rows.length, test.rows.length]).toEqual([5, count - 5]);
    expect(calibration.features).toBe(test.features);
    const all = [...calibration.rows, ...test.rows].toSorted((a, b) => a - b);
    expect(all).toEqual([...whole.test.rows]);
  });

  it('leave some to test with', () => {
    const all = { ...trial.data, testCalibration: count };
    expect(() => splitData(tinyDataset('mlp'), all, key)).toThrow(/leave none/);
  });
});

describe('a trial', async () => {
  const ops = await startBackend();
  const run = (changed: typeof trial) =>
    runTrial({ trial: changed, registry, dataset: tinyDataset('mlp'), ops });
  const evaluations = ({ result }: Awaited<ReturnType<typeof run>>) =>
    result.pruning.flatMap((row) => row.evaluations);

  it('calibrates every network if selection did not use the calibration examples, and stores the result as JSON', async () => {
    const outcome = await run(trial);
    for (const { calibrated } of evaluations(outcome)) {
      expect(calibrated).toMatchObject({ examples: 6, level: 0.9 });
      // Six examples are too few for 90 %, so every set has all classes.
      expect(calibrated!.sets!['lac']).toMatchObject({ threshold: null, coverage: 1, size: 3 });
    }
    const parsed: unknown = JSON.parse(JSON.stringify(outcome.result));
    expect(resultSchema.safeParse(parsed).error).toBeUndefined();
  });

  it('does not calibrate on the examples that chose its epoch, only on separate ones', async () => {
    const best = await run({ ...trial, select: 'best' });
    expect(evaluations(best).some(({ calibrated }) => calibrated)).toBe(false);
    const apart = await run({ ...trial, select: 'best', data: { ...trial.data, calibration: 4 } });
    expect(evaluations(apart).map(({ calibrated }) => calibrated?.examples)).toEqual(
      evaluations(apart).map(() => 4),
    );
    expect(apart.result.examples.validation).toBe(8);
  });

  it('keeps its id and its checkpoint without the option', async () => {
    expect(trialId({ ...trial, data: { ...trial.data, calibration: 6 } })).not.toBe(trialId(trial));
    const { calibration: _none, ...data } = { ...trial.data, calibration: undefined };
    expect(trialId({ ...trial, data })).toBe(trialId(trial));
    const [plain, apart] = [
      await run(trial),
      await run({ ...trial, data: { ...trial.data, calibration: 6 } }),
    ];
    // The weights are the same, so training never used the examples for calibration.
    expect(apart.result.pruning[0]!.evaluations[0]!.metrics).toEqual(
      plain.result.pruning[0]!.evaluations[0]!.metrics,
    );
  });

  it('calibrates a regression by intervals', async () => {
    const regression = tinyTrial('regression', sgd, { select: 'last' });
    const { result } = await runTrial({
      trial: { ...regression, data: { ...regression.data, validation: 30, calibration: 20 } },
      registry,
      dataset: tinyDataset('regression'),
      ops,
    });
    const { intervals } = result.pruning[0]!.evaluations[0]!.calibrated!;
    expect(Object.keys(intervals!)).toEqual(['absolute', 'scaled', 'quantile']);
    for (const { width } of Object.values(intervals!)) expect(width).toBeGreaterThan(0);
  });
});
