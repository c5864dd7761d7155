import {
  architectureOf,
  createRegistry,
  decide,
  definePlugin,
  expandUnits,
  fold,
  pruneContext,
  rankedOf,
  rootKey,
  scoreWeights,
  updateKept,
  type Pruner,
  type PrunerDefinition,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import { categoricalLikelihood, layersOf, pointModel } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const ops = referenceOps();
const architecture = architectureOf(
  [2, 2, 1],
  layersOf(
    [2, 2, 1],
    [
      { kind: 'conv2d', filters: 2, kernel: [1, 1], stride: [1, 1], padding: 'valid' },
      { kind: 'relu' },
      { kind: 'dense', units: 3 },
      { kind: 'relu' },
      { kind: 'dense', units: 2 },
    ],
  ),
);
const likelihood = categoricalLikelihood(2);
const model = pointModel(
  {
    ops,
    architecture,
    likelihood,
    optimizer: { kind: 'sgd', learningRate: 1, momentum: 0 },
    batchSize: 1,
  },
  { kind: 'fan-in' },
);
const init = fold(rootKey(1), 'init');
const params = model.init(init);
const context = pruneContext({ ops, model, likelihood, params, init });
const both = { include: ['weight', 'bias'] } as const;

const scored = (pruner: Pruner, definition: Partial<PrunerDefinition> = {}, which = both) => {
  const it: PrunerDefinition = {
    description: 'of this test',
    options: z.strictObject({}),
    ...definition,
    create: () => pruner,
  };
  const registry = createRegistry([definePlugin({ name: 'test', pruners: { it } })]);
  return scoreWeights({ use: 'it', options: {} }, registry, context, which, rootKey(0));
};

describe('a criterion of units', () => {
  const byNumber: Pruner = {
    score: ({ shape }) => Float32Array.from({ length: shape.at(-1)! }, (_, unit) => unit),
  };

  it('gets the weights into hidden layers; a removed unit loses all weights into and out of it', () => {
    const own = scored(byNumber, { granularity: 'unit' });
    expect(own.tensors.map(({ name, scores }) => [name, scores.length])).toEqual([
      ['layers.0.weight', 2],
      ['layers.1.weight', 3],
    ]);
    const { keep, units, warnings } = decide(own, { share: 0.4 }, 'global', architecture);
    expect(units).toEqual({
      'layers.0.weight': Uint8Array.of(0, 1),
      'layers.1.weight': Uint8Array.of(0, 1, 1),
    });
    expect(warnings).toEqual([]);
    expect(keep['layers.0.bias']).toEqual(Uint8Array.of(0, 1));
    // The weight has four positions of two channels, by three units. The rows of channel 0 and the column of unit 0 are removed.
    expect(keep['layers.1.weight']).toEqual(
      Uint8Array.from({ length: 24 }, (_, i) => (Math.floor(i / 3) % 2 === 1 && i % 3 > 0 ? 1 : 0)),
    );
    expect(keep['layers.2.weight']).toEqual(Uint8Array.of(0, 0, 1, 1, 1, 1));
    expect(keep).toEqual(expandUnits(architecture, units!));
  });

  it('keeps the best unit of every layer, with a warning', () => {
    const { units, warnings } = decide(
      scored(byNumber, { granularity: 'unit' }),
      { share: 1 },
      'global',
      architecture,
    );
    expect(units).toEqual({
      'layers.0.weight': Uint8Array.of(0, 1),
      'layers.1.weight': Uint8Array.of(0, 0, 1),
    });
    expect(warnings).toEqual([
      'Unit 1 of layers.0.weight is kept: the layer would have no units left.',
      'Unit 2 of layers.1.weight is kept: the layer would have no units left.',
    ]);
  });

  it('is refused if it gives a score for every weight', () => {
    expect(() => scored({ score: ({ mu }) => mu }, { granularity: 'unit' })).toThrow(
      expect.objectContaining({ code: 'E_PRUNER_SHAPE' }),
    );
  });
});

describe('a criterion of weights', () => {
  const magnitude: Pruner = { score: ({ mu }) => mu.map(Math.abs) };

  it('gives a warning for a layer that loses all its weights', () => {
    const { warnings } = decide(scored(magnitude), { share: 1 }, 'global', architecture);
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain('layers.0.weight');
    expect(decide(scored(magnitude), { share: 0.5 }, 'layer', architecture).warnings).toEqual([]);
  });

  it('is ranked in the narrower of two scopes, its own and that of the trial', () => {
    const narrow = scored({ ...magnitude, scope: 'unit' });
    const byUnit = decide(scored(magnitude), { share: 0.5 }, 'unit', architecture);
    for (const scope of ['global', 'layer', 'unit'] as const)
      expect(decide(narrow, { share: 0.5 }, scope, architecture)).toEqual(byUnit);
  });

  it('removes what it suggests itself', () => {
    const own = scored({
      ...magnitude,
      suggest: ({ name }) => (name.startsWith('layers.1') ? 0.1 : -Infinity),
    });
    const { keep } = decide(own, 'suggested', 'global', architecture);
    for (const { name, mu } of context.posterior)
      expect(keep[name], name).toEqual(
        Uint8Array.from(mu, (m) => (name.startsWith('layers.1') && Math.abs(m) < Math.fround(0.1) ? 0 : 1)),
      );
  });

  it('may change the weights that it keeps, if others are removed', () => {
    const own = scored({ ...magnitude, update: ({ mu }) => mu.map((m) => 2 * m) });
    const { keep } = decide(own, { share: 0.5 }, 'global', architecture);
    const copy = model.init(init);
    const before = context.posterior;
    updateKept(ops, model, copy, 'it', own, keep, context);
    for (const [t, { name, mu }] of model.posterior(copy).entries())
      expect([...mu]).toEqual(
        [...before[t]!.mu].map((m, i) => (keep[name]!.includes(0) ? (keep[name]![i] ? 2 * m : 0) : m)),
      );
  });

  it('gets the initial weights, and no statistics without examples', () => {
    let initial: unknown;
    scored({
      score(weights, _key, seen) {
        initial = seen.initial();
        const without = expect.objectContaining({ code: 'E_PRUNER_DATA' });
        expect(() => seen.statistics(weights).gradient()).toThrow(without);
        expect(() => seen.once('mine', weights, () => 1)).toThrow(without);
        return weights.mu;
      },
    });
    expect(initial).toEqual(context.posterior);
  });
});

describe('rankedOf', () => {
  const names = (exclude: string[]): string[] =>
    rankedOf(architecture.weights, { include: ['weight'], exclude }).map(({ name }) => name);

  it('leaves out the first, the last or any layer, and single tensors', () => {
    expect(names(['output'])).toEqual(['layers.0.weight', 'layers.1.weight']);
    expect(names(['input', 'layers.2.weight'])).toEqual(['layers.1.weight']);
    expect(names(['layers.1'])).toEqual(['layers.0.weight', 'layers.2.weight']);
  });

  it('refuses an exclusion that excludes nothing, and one that leaves nothing', () => {
    expect(() => names(['layers.7'])).toThrow(expect.objectContaining({ code: 'E_PRUNE_NAME' }));
    expect(() => names(['layers.0', 'layers.1', 'output'])).toThrow(
      expect.objectContaining({ code: 'E_PRUNE_NOTHING' }),
    );
  });
});
