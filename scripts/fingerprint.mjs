// Prints the hashes of small real trials, one of every method there is: the same on every machine, engine and Node version.
// Usage: node scripts/fingerprint.mjs   (after npm run build)
import builtIns from '@bbb/plugins';
import { createRegistry, fingerprint, resolveMethod, runTrial, startBackend } from '@bbb/core';

const registry = createRegistry([builtIns]);
const ops = await startBackend();
const dataset = await registry.get('datasets', 'mnist').load({}, {});

const hashes = {};
for (const { name } of registry.list('methods')) {
  const { use, pruner } = resolveMethod({ use: name, options: {} }, registry);
  const trial = {
    method: use,
    data: { use: 'mnist', options: {}, validation: 500, divisor: 126, limit: 1000 },
    hidden: [33, 17],
    training: {
      epochs: 2,
      batchSize: 96,
      optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: { kind: 'cosine' },
    },
    pruning: {
      pruners: [{ use: pruner, options: {} }],
      shares: [0, 0.5, 0.9],
      scope: 'global',
      include: ['weight', 'bias'],
      finetuneEpochs: 1,
    },
    prediction: { samples: 2 },
    numerics: 'strict',
    select: 'best',
    seed: 0,
  };
  const { result } = await runTrial({ trial, registry, dataset, ops });
  hashes[name] = { checkpoint: result.checkpointSha256, result: fingerprint(result) };
}
console.log(JSON.stringify(hashes, null, 2));
