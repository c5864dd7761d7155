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
  const kinds = needsGaussian ? (['gaussian'] as const) : (['gaussian', 'point'] as const);
  const all = (body: (bench: PrunerBench) => void): void => {
    for (const kind of ['mlp', 'cnn', 'regression'] as const) {
      for (const posterior of kinds) {
        const bench = prunerBench(kind, posterior);
        try {
          body(bench);
        } finally {
          bench.dispose();
        }
      }
    }
  };
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
            assert.ok(scores instanceof Float32Array, 'score() returns a Float32Array');
            const count = granularity === 'unit' ? weights.shape.at(-1)! : weights.mu.length;
            assert.equal(scores.length, count);
            assert.ok(scores.every(Number.isFinite), 'every score is finite');
          }
        }),
    },
    {
      name: 'is a pure function of posterior, context and key, and does not change the posterior',
      run: () =>
        all((bench) => {
          const once = scored(bench).tensors.map(({ scores }) => scores.slice());
          assert.deepEqual(
            scored(bench).tensors.map(({ scores }) => scores),
            once,
          );
          for (const weights of given(bench)) {
            const [mu, sigma] = [weights.mu.slice(), weights.sigma?.slice()];
            create().score(weights, KEY, bench.context);
            assert.deepEqual(weights.mu, mu);
            assert.deepEqual(weights.sigma, sigma);
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
                assert.equal(removedOf(masks), prunedCount(share, count));
              masks.forEach((mask, t) =>
                mask.forEach((kept, i) => assert.ok(kept <= (before?.[t]![i] ?? 1), 'masks are nested')),
              );
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
            assert.ok(means?.every(Number.isFinite) ?? true, 'every new mean is finite');
          }
        }),
    },
  ];
}

function removedOf(masks: readonly Uint8Array[]): number {
  return masks.reduce((sum, mask) => mask.reduce((own, kept) => own + 1 - kept, sum), 0);
}
