import { createRegistry, mainEvaluation, runTrial, startBackend } from '@bbb/core';
import builtIns, { defineArrays } from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';

// Two classes that a line separates.
const x = Array.from({ length: 60 }, (_, i) => [i % 10, Math.floor(i / 10)]);
const y = x.map(([a, b]) => (a! > b! ? 1 : 0));
const mine = defineArrays({ name: 'line', x, y, target: { kind: 'class', classes: 2 } });

const registry = createRegistry([builtIns, mine.plugin]);
const config = parseSweepConfig({
  dataset: { use: 'line' },
  methods: [{ use: 'sgd' }],
  hidden: [[8]],
  scaling: 'standardise',
  testFraction: 0.2,
  validation: 5,
  training: { epochs: 40, batchSize: 8, optimizer: { learningRate: 0.02 } },
  pruning: { shares: [0.5] },
});
const [planned] = planSweep(config, registry).trials;
const { result } = await runTrial({
  trial: planned!.trial,
  registry,
  dataset: mine.dataset,
  ops: await startBackend(),
});

const [dense, pruned] = result.pruning;
console.log(mainEvaluation(dense!)!.metrics['accuracy']! > 0.7); // true
console.log(pruned!.share); // 0.5
