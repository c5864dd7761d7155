import builtIns from '@bbb/plugins';
import { createRegistry, runTrial, startBackend } from '@bbb/core';
const registry = createRegistry([builtIns]);
const ops = await startBackend();
const dataset = await registry.get('datasets', 'mnist').load({}, {});
const [use, opts] = [process.argv[2], JSON.parse(process.argv[3] ?? '{}')];
const value = registry.get('methods', use);
const trial = {
  method: { use, options: value.options.parse(opts) },
  data: { use: 'mnist', options: {}, validation: 10000, divisor: 255 },
  hidden: [], network: { use: 'cnn', options: {} },
  training: { epochs: 3, batchSize: 128, optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, schedule: { kind: 'constant' } },
  pruning: { pruners: [{ use: value.pruner, options: {} }], shares: [0, 0.9], scope: 'global', include: ['weight', 'bias'], finetuneEpochs: 0 },
  prediction: { samples: 3 }, numerics: 'strict', select: 'last', seed: 0,
};
const t=performance.now();
const { result } = await runTrial({ trial, registry, dataset, ops, hooks: { onEpoch: (m) => console.log(use, JSON.stringify(m), process.memoryUsage().rss/1e6|0) } });
for (const { share, evaluations } of result.pruning) console.log(use, share, evaluations.map((e) => (100-100*e.metrics.accuracy).toFixed(2)+'%'));
console.log(((performance.now()-t)/1000).toFixed(0)+'s', result.parameters, 'maxRSS MB', process.resourceUsage().maxRSS/1024|0);
