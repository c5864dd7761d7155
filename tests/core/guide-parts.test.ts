import { readFileSync } from 'node:fs';
import { likelihoodChecks, networkChecks } from '@bbb/contract';
import {
  createRegistry,
  loadPlugins,
  normals,
  rootKey,
  runTrial,
  startBackend,
  uniform,
  type Dataset,
  type Likelihood,
  type Trial,
} from '@bbb/core';
import builtIns, { gaussianLikelihood } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { smallInput, smallTrial } from '../support/small-trial.js';

const guides = new URL('../../docs/guides/', import.meta.url);
const FILES = ['custom-network/strided.ts', 'custom-likelihood/student-t.ts'] as const;
const registry = createRegistry([
  builtIns,
  ...(await loadPlugins(FILES.map((file) => new URL(file, guides).href))),
]);

it.each(FILES)('the guide shows exactly the file %s', (file) => {
  const guide = readFileSync(new URL(`${file.split('/')[0]}.md`, guides), 'utf8');
  expect(/```ts\n([\s\S]*?)```/.exec(guide)?.[1]).toBe(readFileSync(new URL(file, guides), 'utf8'));
});

describe('the network of the guide', () => {
  const definition = registry.get('networks', 'strided');
  const options = definition.options.parse({});

  it.each(networkChecks({ definition }))('passes the check: $name', ({ run }) => run());

  it('halves images, and describes its units', () => {
    const { layers, weights } = definition.create(options, { inputShape: [28, 28, 1], outputs: 10 });
    expect(layers.map(({ outShape }) => outShape.join(' '))).toEqual([
      '14 14 8',
      '14 14 8',
      '7 7 16',
      '7 7 16',
      '784',
      '10',
    ]);
    expect(weights.filter(({ role }) => role === 'weight').map(({ inputUnits }) => inputUnits)).toEqual([
      1, 8, 16,
    ]);
  });

  it('refuses rows of a table with the built-in words', () =>
    expect(() => definition.create(options, { inputShape: [13], outputs: 1 })).toThrow(
      expect.objectContaining({ code: 'E_NETWORK', message: expect.stringContaining('13') }),
    ));

  it('learns digits by Bayes by Backprop, and is pruned', async () => {
    const input = { ...(await smallInput()), registry };
    const trial = smallTrial(registry, 'bbb-gaussian', {
      hidden: [],
      network: { use: 'strided', options: { filters: [8, 16] } },
      data: { use: 'mnist', options: {}, validation: 300, divisor: 255, limit: 1500 },
    });
    const { result } = await runTrial({ ...input, trial });
    expect(result.pruning.map(({ evaluations }) => evaluations[0]!.metrics['accuracy']! > 0.7)).toEqual([
      true,
      true,
      expect.any(Boolean),
    ]);
    expect(result.pruning[2]!.zeros).toBe(Math.floor(result.parameters * 0.9));
  });
});

describe('the likelihood of the guide', () => {
  const definition = registry.get('likelihoods', 'student-t');

  for (const df of [1, 4, 30])
    it.each(likelihoodChecks({ definition, options: { df } }))(
      `passes the check with df ${df}: $name`,
      ({ run }) => run(),
    );

  const at = (df: number): Likelihood =>
    definition.create({ df }, { target: { kind: 'real' }, scaling: { mean: 3, sd: 2 } });
  const nll = (likelihood: Likelihood, y: number, output = 0.1): number =>
    likelihood.validate(Float64Array.of(output), Float32Array.of(y), { 'likelihood.logScale': [-0.3] }).nll;

  it.each([1, 2, 3, 4, 7, 30])('is a density in the unit of the target with df %i', (df) => {
    const likelihood = at(df);
    // y = tan(u) covers the whole real line with equal steps of u.
    const steps = 20_000;
    let mass = 0;
    for (let i = 0; i < steps; i++) {
      const u = Math.PI * ((i + 0.5) / steps - 0.5);
      // Targets are float32, so the steps are computed from the rounded targets.
      mass += (Math.exp(-nll(likelihood, Math.tan(u))) * (1 + Math.tan(u) ** 2) * Math.PI) / steps;
    }
    expect(mass).toBeCloseTo(1, 4);
  });

  it('is Cauchy with one degree of freedom, and near a Gaussian with a hundred', () => {
    const [location, scale] = [3 + 2 * 0.1, 2 * Math.exp(-0.3)];
    expect(nll(at(1), 5)).toBeCloseTo(Math.log(Math.PI * scale * (1 + ((5 - location) / scale) ** 2)), 12);
    const gaussian = gaussianLikelihood({ noise: 'learned', sd: 0.5 }, { mean: 3, sd: 2 }, { kind: 'real' });
    const other = gaussian.validate(Float64Array.of(0.1), Float32Array.of(5), { 'likelihood.logSd': [-0.3] });
    expect(nll(at(100), 5)).toBeCloseTo(other.nll, 2);
  });

  it('learns a line better than a Gaussian if every tenth target is far off', async () => {
    const ops = await startBackend();
    const options = (kind: 'methods' | 'likelihoods', use: string): Trial['method'] => ({
      use,
      options: registry.get(kind, use).options.parse({}) as Record<string, unknown>,
    });
    const mae = async (likelihood: string): Promise<number> => {
      const base = smallTrial(registry, 'sgd', {
        hidden: [],
        network: { use: 'mlp', options: { hidden: [16], activation: 'tanh' } },
        likelihood: options('likelihoods', likelihood),
        data: { use: 'line', options: {}, validation: 0, divisor: 1, scaling: 'standardise' },
        prediction: { samples: 0 },
        select: 'last',
      });
      const trial = { ...base, training: { ...base.training, epochs: 40 } };
      const { result } = await runTrial({ trial, registry, dataset: line(400), ops });
      expect(result.headline!.metric).toBe(likelihood === 'student-t' ? 'mae' : 'rmse');
      return result.pruning[0]!.evaluations[0]!.metrics['mae']!;
    };
    expect(await mae('student-t')).toBeLessThan(0.6 * (await mae('gaussian')));
  });
});

/** y = 5 x + 20 with a little noise. Every tenth training target is 30 too high. */
function line(count: number): Dataset {
  const part = (salt: number, outliers: boolean) => {
    const features = uniform(rootKey(salt), count, -1, 1);
    const noise = normals(rootKey(salt + 1), count);
    const targets = features.map(
      (x, i) => 20 + 5 * x + 0.3 * noise[i]! + (outliers && i % 10 === 0 ? 30 : 0),
    );
    return { features, targets, count };
  };
  return {
    name: 'line',
    inputShape: [1],
    target: { kind: 'real', unit: 'm' },
    train: part(1, true),
    test: part(3, false),
    sha256: { train: 'a', test: 'b' },
    source: 'made up',
  };
}
