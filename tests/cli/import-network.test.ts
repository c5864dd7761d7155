import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeCheckpoint, encodeSafetensors, rootKey, uniform, type SafeTensor } from '@bbb/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const tensor = (shape: number[], seed: number): SafeTensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    dtype: 'F32',
    shape,
    data: uniform(rootKey(seed), size, -0.05, 0.05) as Float32Array<ArrayBuffer>,
  };
};

describe('bbb import', () => {
  const folder = sharedFolder();
  const weight = tensor([8, 784], 1);
  beforeAll(async () => {
    const dict = {
      'fc1.weight': weight,
      'fc1.bias': tensor([8], 2),
      'fc2.weight': tensor([10, 8], 3),
      'fc2.bias': tensor([10], 4),
    };
    writeFileSync(join(folder, 'net.safetensors'), encodeSafetensors(dict, {}));
  });
  const at = (...args: readonly string[]) => bbb(args, { cwd: folder });

  it('makes a checkpoint that can be measured and pruned', async () => {
    const { code, stdout } = await at('import', 'net.safetensors', '--dataset', 'mnist', '--json');
    expect(code).toBe(0);
    const printed = JSON.parse(stdout) as { out: string; accuracy: number; trial: { hidden: number[] } };
    expect(printed.trial.hidden).toEqual([8]);
    const { tensors, trial } = decodeCheckpoint(readFileSync(join(folder, printed.out)));
    expect(trial.method.use).toBe('sgd');
    // PyTorch stores weights as [out, in], bbb as [in, out].
    expect(tensors['params.layers.0.weight']!.data[5 * 8 + 3]).toBe(weight.data[3 * 784 + 5]);
    const measured = await at('evaluate', printed.out, '--json');
    expect(measured.code).toBe(0);
    const { evaluations } = JSON.parse(measured.stdout) as {
      evaluations: [{ metrics: { accuracy: number } }];
    };
    expect(evaluations[0].metrics.accuracy).toBe(printed.accuracy);
    const pruned = await at('prune', 'net-bbb', '--share', '0.9', '--json');
    expect(pruned.code).toBe(0);
    expect((JSON.parse(pruned.stdout) as { zeros: number }).zeros).toBeGreaterThanOrEqual(0.9 * 6370 - 1);
  });

  it('fits a posterior around a network for inputs that torchvision normalised', async () => {
    // Untrained weights explain nothing, so the evidence would choose a prior of width 0.
    const laplace = ['--method', 'laplace', '--option', 'priorPrecision=1', '--limit', '200'];
    const how = ['--mean', '0.1307', '--sd', '0.3081', ...laplace];
    const given = await at('import', 'net.safetensors', '--dataset', 'mnist', ...how, '--out', 'posterior');
    expect([given.code, given.stderr]).toEqual([0, '']);
    const { data, trial } = decodeCheckpoint(
      readFileSync(join(folder, 'posterior', 'checkpoint.safetensors')),
    );
    expect(trial.method.use).toBe('laplace');
    const { input } = data!.preprocessing;
    if (input.kind !== 'standardise') throw new Error(input.kind);
    expect(input.mean[0]).toBeCloseTo(0.1307 * 255, 9);
    expect(input.sd[783]).toBeCloseTo(0.3081 * 255, 9);
    const measured = await at('evaluate', 'posterior', '--samples', '3', '--json');
    expect(measured.code).toBe(0);
    const { evaluations } = JSON.parse(measured.stdout) as {
      evaluations: { predict: string; metrics: { mutualInformation: number } }[];
    };
    const drawn = evaluations.find(({ predict }) => predict === 'samples')!;
    expect(drawn.metrics.mutualInformation).toBeGreaterThan(0.01);
  });

  it('finds the threshold of "not sure" on test examples that it is not measured on', async () => {
    const how = ['--dataset', 'mnist', '--calibration', '4000', '--out', 'careful', '--json'];
    const printed = JSON.parse((await at('import', 'net.safetensors', ...how)).stdout) as {
      accuracy: number;
    };
    const measured = JSON.parse((await at('evaluate', 'careful', '--json')).stdout) as {
      evaluations: [{ metrics: { accuracy: number } }];
    };
    // The accuracy is a multiple of 1/6,000, so it was measured on all 6,000 images.
    expect(measured.evaluations[0].metrics.accuracy).toBe(printed.accuracy);
    expect(Number.isInteger(Math.round(printed.accuracy * 6000 * 1e6) / 1e6)).toBe(true);
    writeFileSync(join(folder, 'x.csv'), `${Array.from({ length: 784 }, () => 0).join(',')}\n`);
    const asked = await at('predict', 'careful', 'x.csv', '--max-risk', '1%', '--json');
    expect([asked.code, asked.stderr]).toEqual([0, '']);
    const [answer] = (JSON.parse(asked.stdout) as { answers: [{ sure: boolean; set: unknown[] }] }).answers;
    // The weights are random, so the network is never sure, and the sets contain most classes.
    expect(answer.sure).toBe(false);
    expect(answer.set.length).toBeGreaterThan(5);
    const none = await at('import', 'net.safetensors', ...how.with(3, '10000').with(5, 'none'));
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining('of 10000 to calibrate on leave none'),
    ]);
  });

  it('replaces no file, and writes nothing if the network does not fit', async () => {
    const again = await at('import', 'net.safetensors', '--dataset', 'mnist');
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('exists already')]);
    const other = await at('import', 'net.safetensors', '--dataset', 'iris', '--out', 'iris');
    expect(other.code).not.toBe(0);
    writeFileSync(join(folder, 'model.json'), '{"modelTopology":{}}');
    const keras = await at('import', 'model.json', '--dataset', 'mnist');
    expect([keras.code, keras.stderr]).toEqual([2, expect.stringContaining('is not a layers model')]);
    writeFileSync(join(folder, 'table.csv'), 'a,b,t\n1,2,x\n3,4,y\n');
    const table = [
      '--out',
      'table',
      '--dataset',
      'csv',
      '--dataset-option',
      'data=table.csv',
      '--dataset-option',
      'target=t',
    ];
    const untested = await at('import', 'net.safetensors', ...table);
    expect([untested.code, untested.stderr]).toEqual([2, expect.stringContaining('no test examples here')]);
    for (const made of ['iris', 'model-bbb']) expect(existsSync(join(folder, made))).toBe(false);
  });
});
