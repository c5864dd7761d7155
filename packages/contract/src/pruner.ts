import assert from 'node:assert/strict';
import {
  createRegistry,
  decide,
  definePlugin,
  fold,
  openPruner,
  parseOptions,
  prunedCount,
  PRUNE_SCOPES,
  rootKey,
  scoreWeights,
  unitGroups,
  type PrunerDefinition,
  type Scored,
  type WeightPosterior,
} from '@bbb/core';
import plugins from '@bbb/plugins';
import { assertSame } from './assert-same.js';
import type { Check } from './check.js';
import { prunerBench, type PrunerBench } from './pruner-bench.js';

const SHARES = [0, 0.0001, 0.25, 0.5, 0.9, 0.9999, 1];
const KEY = rootKey(4);
const WHICH = { include: ['weight', 'bias'] } as const;

/**
 * Checks what core needs of a pruner, on Gaussian posteriors and, unless the pruner needs those, on point estimates: for an MLP, a CNN and
 * a regression. Some weights are already pruned, some have standard deviation 0, and one unit has only zero weights.
 * @param definition the pruner, as a plugin contributes it
 * @param options options to check it with. Default: none
 */
export function prunerChecks(definition: PrunerDefinition, options: unknown = {}): Check[] {
  const parsed = parseOptions('pruner', definition.options, options);
  const registry = createRegistry([
    plugins,
    definePlugin({ name: 'under test', pruners: { it: definition } }),
  ]);
  const use = { use: 'it', options: parsed as Readonly<Record<string, unknown>> };
  const { needs, granularity, create } = openPruner(use, registry);
  // Models with a probability or a scale of units have standard deviations, too.
  const needsGaussian = (['sigma', 'inclusion', 'unitNoise', 'prior'] as const).some((need) =>
    needs.includes(need),
  );
  const all = (body: (bench: PrunerBench) => void): void => onBenches(needsGaussian, body);
  const scored = ({ context }: PrunerBench): Scored => scoreWeights(use, registry, context, WHICH, KEY);
  const given = ({ context, architecture }: PrunerBench): WeightPosterior[] => {
    if (granularity !== 'unit') return [...context.posterior];
    const hidden = unitGroups(architecture).map(({ weight }) => weight.name);
    return context.posterior.filter(({ name }) => hidden.includes(name));
  };

  return [
    {
      name: 'gives a Float32Array with a finite score for every element (or unit), also for certain and pruned ones',
      run: () =>
        all((bench) => {
          for (const weights of given(bench)) {
            const pruner = create();
            const scores = pruner.score(weights, fold(KEY, weights.name), bench.context);
            assert.ok(
              scores instanceof Float32Array,
              'score() must return a Float32Array, and it returned something else',
            );
            const count = granularity === 'unit' ? weights.shape.at(-1)! : weights.mu.length;
            assertSame(
              scores.length,
              count,
              `score() must give one score for each ${granularity} of ${weights.name}`,
            );
            assertFinite(scores, weights.name);
          }
        }),
    },
    {
      name: 'is a pure function of posterior, context and key, and does not change the posterior',
      run: () =>
        all((bench) => {
          const once = scored(bench).tensors.map(({ scores }) => scores.slice());
          assertSame(
            scored(bench).tensors.map(({ scores }) => scores),
            once,
            'score() must give the same scores for the same posterior, context and key',
          );
          for (const weights of given(bench)) {
            const [mu, sigma] = [weights.mu.slice(), weights.sigma?.slice()];
            create().score(weights, KEY, bench.context);
            assertSame(weights.mu, mu, `score() must not change mu of ${weights.name}`);
            assertSame(weights.sigma, sigma, `score() must not change sigma of ${weights.name}`);
          }
        }),
    },
    {
      name: 'gives masks of the exact size at every sparsity and in every scope; a larger sparsity removes a superset',
      run: () =>
        all((bench) => {
          const own = scored(bench);
          const count = own.tensors.reduce((sum, { scores }) => sum + scores.length, 0);
          for (const scope of PRUNE_SCOPES) {
            let before: Uint8Array[] | undefined;
            for (const share of SHARES) {
              const { keep, units } = decide(own, { share }, scope, bench.architecture);
              const masks = own.tensors.map(({ name }) => (units ?? keep)[name]!);
              if (scope === 'global' && own.scope === 'global' && !units)
                assertSame(
                  removedOf(masks),
                  prunedCount(share, count),
                  `The masks for the sparsity ${share} must remove that share of ${count} weights`,
                );
              if (before) assertNested(masks, before, share);
              before = masks;
            }
          }
        }),
    },
    {
      name: 'gives masks at the sparsity that it suggests, if any, and finite numbers if it updates the kept weights',
      run: () =>
        all((bench) => {
          const own = scored(bench);
          if (own.suggested) decide(own, 'suggested', 'global', bench.architecture);
          const { keep } = decide(own, { share: 0.5 }, 'global', bench.architecture);
          for (const weights of bench.context.posterior) {
            const means = own.update?.(weights, keep[weights.name]!, bench.context);
            assert.ok(
              means?.every(Number.isFinite) ?? true,
              `update() must give finite means for ${weights.name}, and some are not finite`,
            );
          }
        }),
    },
  ];
}

/** Calls `body` with networks of every kind, and with point estimates unless the pruner needs standard deviations. */
function onBenches(needsGaussian: boolean, body: (bench: PrunerBench) => void): void {
  const posteriors = needsGaussian ? (['gaussian'] as const) : (['gaussian', 'point'] as const);
  for (const kind of ['mlp', 'cnn', 'regression'] as const) {
    for (const posterior of posteriors) {
      const bench = prunerBench(kind, posterior);
      try {
        body(bench);
      } finally {
        bench.dispose();
      }
    }
  }
}

function assertFinite(scores: Float32Array, name: string): void {
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  assert.ok(wrong < 0, `Every score must be finite, and score ${wrong} of ${name} is ${scores[wrong]}`);
}

function assertNested(masks: readonly Uint8Array[], before: readonly Uint8Array[], share: number): void {
  const nested = masks.every((mask, t) => mask.every((kept, i) => kept <= before[t]![i]!));
  assert.ok(
    nested,
    `A larger sparsity must keep no weight that a smaller one removes, and the sparsity ${share} keeps one`,
  );
}

function removedOf(masks: readonly Uint8Array[]): number {
  return masks.reduce((sum, mask) => mask.reduce((own, kept) => own + 1 - kept, sum), 0);
}
