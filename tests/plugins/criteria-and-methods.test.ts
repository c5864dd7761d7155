import { createRegistry, parseOptions, runTrial, type Trial } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import builtIns from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../core/fixtures/tiny-trial.js';

const registry = createRegistry([builtIns]);
const criteria = registry.list('pruners');

describe.each(['sparse-vd', 'ivon', 'concrete-dropout', 'bbb-laplace', 'bbb-spike-slab-lasso'])(
  '%s',
  (use) => {
    it('is pruned by every criterion that fits it', async () => {
      const hasSigma = use !== 'concrete-dropout';
      const fitting = criteria.filter(
        ({ value }) => hasSigma || !(value.needsSigma || value.needs?.includes('sigma')),
      );
      const pruners = fitting.map(({ name, value }) => ({
        use: name,
        options: parseOptions(name, value.options, {}) as Trial['method']['options'],
      }));
      const base = tinyTrial('mlp', { use, options: {} }, { select: 'last' });
      const trial: Trial = {
        ...base,
        training: { ...base.training, epochs: 1 },
        pruning: { ...base.pruning, pruners, shares: [0, 0.5], finetuneEpochs: 0 },
      };
      const { result } = await runTrial({
        trial,
        registry,
        dataset: tinyDataset('mlp'),
        ops: referenceOps(),
      });
      for (const { name } of fitting) {
        const pruned = result.pruning.find(({ pruner, share }) => pruner === name && share === 0.5);
        expect(pruned!.zeros, name).toBeGreaterThan(0);
      }
      // A threshold of its own is told by log-alpha, where there is a sigma.
      const own = result.pruning.filter(({ pruner, suggested }) => pruner === 'log-alpha' && suggested);
      expect(own).toHaveLength(hasSigma ? 1 : 0);
    });
  },
);
