import plugins from '@bbb/plugins';
import {
  createRegistry,
  parseOptions,
  rootKey,
  scoreWeights,
  type Model,
  type WeightPosterior,
} from '@bbb/core';
import { describe, expect, it } from 'vitest';

const registry = createRegistry([plugins]);
/** The largest float32. */
const MOST = 3.4028234663852886e38;

function scores(name: string, mu: number[], sigma?: number[], options: unknown = {}): number[] {
  const definition = registry.get('pruners', name);
  const weights: WeightPosterior = {
    name: 'w',
    layer: 0,
    role: 'weight',
    shape: [mu.length],
    mu: Float32Array.from(mu),
    ...(sigma ? { sigma: Float32Array.from(sigma) } : {}),
  };
  return [...definition.create(parseOptions(name, definition.options, options)).score(weights, rootKey(0))];
}

describe('snr', () => {
  it('is abs(mu) / sigma on weights set by hand', () => {
    expect(scores('snr', [1, -2, 0.5, 0], [0.5, 0.25, 2, 1])).toEqual([2, 8, 0.25, 0]);
  });

  it('halves when sigma doubles', () => {
    const [one] = scores('snr', [0.75], [0.125]);
    expect(scores('snr', [0.75], [0.25])).toEqual([one! / 2]);
  });

  it('puts a certain zero last and a certain weight first', () => {
    expect(scores('snr', [0, 0.1, 1e20], [0, 0, 1e-30])).toEqual([0, MOST, MOST]);
  });

  it('refuses a posterior without sigma', () => {
    const model = {
      posterior: (): WeightPosterior[] => [
        { name: 'w', layer: 0, role: 'weight', shape: [1], mu: Float32Array.of(1) },
      ],
    } as unknown as Model;
    const score = (use: string) =>
      scoreWeights({ use, options: {} }, registry, model, {}, ['weight'], rootKey(0));
    for (const use of ['snr', 'kl']) {
      expect(() => score(use)).toThrow(expect.objectContaining({ code: 'E_PRUNER_UNFIT' }));
    }
    expect(score('magnitude')[0]!.scores).toEqual(Float32Array.of(1));
  });
});

describe('kl', () => {
  it('is the closed form of KL[N(mu, sigma^2) || N(0, s^2)]', () => {
    const [mu, sigma, s] = [0.25, 0.125, 0.5];
    const expected = Math.log(s / sigma) + (sigma ** 2 + mu ** 2) / (2 * s ** 2) - 0.5;
    expect(scores('kl', [mu], [sigma], { sigma: s })[0]).toBeCloseTo(expected, 6);
  });

  it('is 0 at the reference itself and for a certain zero, Infinity for any other certain weight', () => {
    expect(scores('kl', [0, 0, 0.5, 1e30], [1, 0, 0, 1])).toEqual([0, 0, MOST, MOST]);
  });
});

describe('magnitude', () => {
  it('is abs(mu), whatever sigma', () => {
    expect(scores('magnitude', [1, -2, 0], [9, 9, 9])).toEqual([1, 2, 0]);
  });
});
