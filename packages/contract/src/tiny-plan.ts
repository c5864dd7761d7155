import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createRegistry, loadPlugins } from '@bbb/core';
import { parseSweepConfig, planSweep, type Plan, type SweepConfigInput } from '@bbb/sweep';

const { resolve } = createRequire(import.meta.url);

/** The plugins of tiny trials, by names that every thread and process can import. */
export const PLUGINS: readonly string[] = ['@bbb/plugins', '@bbb/contract/faulty'].map(
  (name) => pathToFileURL(resolve(name)).href,
);

/** A configuration whose trials take a few tens of milliseconds. */
export const TINY: SweepConfigInput = {
  dataset: { use: 'toy' },
  validation: 30,
  hidden: [[6]],
  methods: [{ use: 'sgd' }],
  training: { epochs: 3, batchSize: 16 },
  pruning: { shares: [0.5] },
  prediction: { samples: 2 },
};

/** The plan of {@link TINY} with some changes. */
export async function tinyPlan(changes: Partial<SweepConfigInput> = {}): Promise<Plan> {
  const registry = createRegistry(await loadPlugins(PLUGINS));
  return planSweep(parseSweepConfig({ ...TINY, ...changes }), registry);
}
