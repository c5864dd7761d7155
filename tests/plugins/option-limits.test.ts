import plugins from '@bbb/plugins';
import { createRegistry, parseOptions, runTrial, trialSchema, type Trial } from '@bbb/core';
import { trainingPatchSchema } from '../../packages/sweep/src/config/training.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallInput, smallTrial, type SmallInput } from '../support/small-trial.js';

const registry = createRegistry([plugins]);

describe("options that float32 can't represent", () => {
  it.each([
    ['methods', 'bbb-gaussian', 'sigma', 9e-10, 1e-9],
    ['methods', 'bbb-gaussian', 'sigma', 5e-20, 0.1],
    ['methods', 'bbb-gaussian', 'sigma', 2e18, 1e18],
    ['methods', 'map-gaussian', 'sigma', 5e-20, 1e-9],
    ['methods', 'bbb-mixture', 'sigma2', 1e-18, 1e-9],
    ['methods', 'bbb-mixture', 'sigma1', 1e-18, 1e-9],
    ['methods', 'map-mixture', 'sigma2', 1e-18, 1e-9],
    ['methods', 'bbb-mixture', 'rho0', -104, -80],
    ['methods', 'bbb-gaussian', 'rho0', -81, -80],
    ['pruners', 'kl', 'sigma', 1e-20, 1e-9],
  ] as const)('%s %s: %s of %d is refused with its name, %d is not', (kind, name, option, bad, good) => {
    const { options } = registry.get(kind, name);
    const parse = (value: number): unknown => parseOptions(name, options, { [option]: value });
    expect(() => parse(bad)).toThrow(
      expect.objectContaining({
        code: 'E_OPTIONS',
        message: expect.stringMatching(new RegExp(`at (least|most)[^]*${option}`)),
      }),
    );
    expect(parse(good)).toMatchObject({ [option]: good });
  });

  it('refuses an epsilon of Adam that would be 0, in a trial and in a configuration', () => {
    const training = (epsilon: number) => ({ optimizer: { kind: 'adam', epsilon } });
    const trial = smallTrial(registry, 'bbb-mixture');
    const withEpsilon = (epsilon: number): unknown => ({
      ...trial,
      training: {
        ...trial.training,
        optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon },
      },
    });
    expect(trialSchema.safeParse(withEpsilon(1e-8)).success).toBe(true);
    expect(trainingPatchSchema.safeParse(training(1e-18)).success).toBe(true);
    for (const epsilon of [1e-19, 1.3e-45, 5e-324, 0]) {
      expect(trialSchema.safeParse(withEpsilon(epsilon)).success).toBe(false);
      const parsed = trainingPatchSchema.safeParse(training(epsilon));
      expect(parsed.error?.issues[0]?.message).toContain('at least 1e-18');
    }
  });
});

describe('the error of a training that diverged', () => {
  let base: SmallInput;
  beforeAll(async () => {
    base = await smallInput();
  });
  const hintOf = async (
    method: string,
    options: Trial['method']['options'],
    changes: Partial<Trial>,
  ): Promise<string> => {
    const trial = smallTrial(base.registry, method, changes);
    const odd = { ...trial, method: { use: method, options: { ...trial.method.options, ...options } } };
    return runTrial({ ...base, trial: odd }).then(
      () => 'it did not',
      (error: { code: string; hint: string }) => `${error.code}: ${error.hint}`,
    );
  };
  const sgd = (learningRate: number): Pick<Trial, 'training'> => ({
    training: {
      ...smallTrial(base.registry, 'sgd').training,
      optimizer: { kind: 'sgd', learningRate, momentum: 0 },
    },
  });

  it('suggests a smaller learning rate if that helps', async () => {
    expect(await hintOf('sgd', {}, sgd(1e9))).toMatch(/^E_DIVERGED: .*--lr/);
    expect(await hintOf('sgd', {}, sgd(0.01))).toBe('it did not');
  });

  it('mentions inputs that are far too large', async () => {
    const { data } = smallTrial(base.registry, 'sgd');
    const hint = await hintOf('sgd', {}, { ...sgd(1e-3), data: { ...data, divisor: 1e-37 } });
    expect(hint).toMatch(/^E_DIVERGED: The inputs reach 2\.55e\+39: choose a larger divisor/);
    expect(hint).not.toContain('--lr');
  });

  it('mentions a prior that is too narrow', async () => {
    const hint = await hintOf('map-gaussian', { sigma: 1e-9 }, sgd(1e-3));
    expect(hint).toMatch(/^E_DIVERGED: A weight costs .* nats before training: the prior is far narrower/);
  });

  it('mentions initial weights that are far too large', async () => {
    const hint = await hintOf('sgd', { initialiser: { kind: 'uniform', bound: 1e30 } }, sgd(1e-3));
    expect(hint).toMatch(/^E_DIVERGED: No step had been made/);
  });
});
