import plugins from '@bbb/plugins';
import {
  createRegistry,
  parseOptions,
  rootKey,
  scoreWeights,
  selectKeep,
  type Architecture,
  type PruneContext,
  type WeightPosterior,
} from '@bbb/core';
import { describe, expect, it } from 'vitest';

/** The description of a tensor that a pruner gets in addition to its numbers. */
const SPEC = { name: 'w', layer: 0, role: 'weight', fanIn: 1, fanOut: 1, inputUnits: 1 } as const;
const registry = createRegistry([plugins]);
/** The largest float32. */
const MOST = 3.4028234663852886e38;

/** The context of a network that has only these weights. */
function contextOf(...posterior: WeightPosterior[]): PruneContext {
  const none = (): never => {
    throw new Error('not asked for');
  };
  return { architecture: {} as Architecture, posterior, initial: none, statistics: none, once: none };
}

function scores(name: string, mu: number[], sigma?: number[], options: unknown = {}): number[] {
  const definition = registry.get('pruners', name);
  const weights: WeightPosterior = {
    ...SPEC,
    shape: [mu.length],
    mu: Float32Array.from(mu),
    ...(sigma ? { sigma: Float32Array.from(sigma) } : {}),
  };
  const pruner = definition.create(parseOptions(name, definition.options, options));
  return [...pruner.score(weights, rootKey(0), contextOf(weights))];
}

describe('snr', () => {
  it('is abs(mu) / sigma on weights set by hand', () => {
    expect(scores('snr', [1, -2, 0.5, 0], [0.5, 0.25, 2, 1])).toEqual([2, 8, 0.25, 0]);
  });

  it('halves when sigma doubles', () => {
    const [one] = scores('snr', [0.75], [0.125]);
    expect(scores('snr', [0.75], [0.25])).toEqual([one! / 2]);
  });

  it('scores a certain zero lowest and a certain weight highest', () => {
    expect(scores('snr', [0, 0.1, 1e20], [0, 0, 1e-30])).toEqual([0, MOST, MOST]);
  });

  it('refuses a posterior without sigma', () => {
    const context = contextOf({ ...SPEC, shape: [1], mu: Float32Array.of(1) });
    const score = (use: string) =>
      scoreWeights({ use, options: {} }, registry, context, { include: ['weight'] }, rootKey(0)).tensors;
    for (const use of ['snr', 'kl']) {
      expect(() => score(use)).toThrow(expect.objectContaining({ code: 'E_PRUNER_UNFIT' }));
    }
    expect(score('magnitude')[0]!.scores).toEqual(Float32Array.of(1));
  });
});

describe('log-alpha', () => {
  it('is 2 log SNR, and suggests the weights whose alpha = sigma^2 / mu^2 is above e^3', () => {
    const [mu, sigma] = [Float32Array.of(1, -0.5, 0.1, 0, 0.2, 0), Float32Array.of(0.5, 0.5, 0.6, 1, 0, 0)];
    const found = scores('log-alpha', [...mu], [...sigma]);
    mu.forEach((m, i) => {
      if (m !== 0 && sigma[i]! > 0) expect(found[i]).toBeCloseTo(-Math.log(sigma[i]! ** 2 / m ** 2), 5);
    });
    expect(found.slice(3)).toEqual([-MOST, MOST, -MOST]);
    const definition = registry.get('pruners', 'log-alpha');
    const weights = { ...SPEC, shape: [6], mu, sigma };
    const pruner = definition.create(parseOptions('log-alpha', definition.options, {}));
    const lowest = pruner.suggest!(weights, Float32Array.from(found), contextOf(weights));
    // alpha is 0.25, 1 and 36; e^3 is 20.1.
    expect(found.map((score) => score < lowest)).toEqual([false, false, true, true, false, true]);
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
  it('is abs(mu) for any sigma', () => {
    expect(scores('magnitude', [1, -2, 0], [9, 9, 9])).toEqual([1, 2, 0]);
  });
});

describe('a network with 90 % of its weights already removed', () => {
  const COUNT = 1000;
  const gone = (i: number): boolean => i % 10 !== 3;
  const weights: WeightPosterior = {
    ...SPEC,
    shape: [COUNT],
    mu: Float32Array.from({ length: COUNT }, (_, i) => (gone(i) ? 0 : (i % 7) - 3 || 0.5)),
    sigma: Float32Array.from({ length: COUNT }, (_, i) => (gone(i) ? 0 : 0.1 + (i % 3))),
  };
  const context = contextOf(weights);
  const which = { include: ['weight'] } as const;
  const masks = (name: string, share: number): Uint8Array => {
    const scored = scoreWeights({ use: name, options: {} }, registry, context, which, rootKey(3));
    return selectKeep(scored.tensors, share, 'global')['w']!;
  };

  const onTheirOwn = registry
    .list('pruners')
    .filter(({ value: { granularity, needs = [] } }) => granularity !== 'unit' && needs.length === 0);

  it.each(onTheirOwn.map(({ name }) => name))(
    'loses nothing more at 50 %% or 90 %%, and half of the rest at 95 %%: %s',
    (name) => {
      const zeros = (share: number): number =>
        masks(name, share).reduce((n, keep, i) => n + (gone(i) || keep === 0 ? 1 : 0), 0);
      expect([0.5, 0.9, 0.95, 1].map(zeros)).toEqual([900, 900, 950, 1000]);
    },
  );

  it("ignores a plugin's scores for removed weights", () => {
    const contrary = createRegistry([
      plugins,
      {
        name: 'bbb-plugin-contrary',
        pruners: {
          contrary: {
            description: 'Thinks most of what is gone.',
            options: plugins.pruners!['magnitude']!.options,
            create: () => ({ score: ({ mu }) => mu.map((m, i) => (m === 0 ? 9 + (i % 2) : -1)) }),
          },
        },
      },
    ]);
    const scored = scoreWeights({ use: 'contrary', options: {} }, contrary, context, which, rootKey(0));
    const keep = selectKeep(scored.tensors, 0.9, 'global')['w']!;
    expect([...keep.keys()].every((i) => keep[i] === (gone(i) ? 0 : 1))).toBe(true);
  });

  it('does not treat a mean of zero with a sigma as removed, and uses its score', () => {
    const uncertain = { ...weights, mu: new Float32Array(2), sigma: Float32Array.of(0.5, 0), shape: [2] };
    const odd = contextOf(uncertain);
    const { tensors } = scoreWeights({ use: 'random', options: {} }, registry, odd, which, rootKey(0));
    const [scored] = tensors;
    expect(scored!.scores[0]).toBeGreaterThanOrEqual(0);
    expect(scored!.scores[1]).toBe(-Infinity);
  });
});
