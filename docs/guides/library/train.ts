import { createRegistry, runTrial, startBackend } from '@bbb/core';
import builtIns from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';

const registry = createRegistry([builtIns]);
const config = parseSweepConfig({
  dataset: { use: 'mnist' },
  methods: [{ use: 'bbb-mixture' }],
  hidden: [[64]],
  training: { epochs: 2 },
});
const [planned] = planSweep(config, registry).trials; // one for each method, setting and seed
const dataset = await registry.get('datasets', 'mnist').load({}, {});
const ops = await startBackend(); // tfjs-wasm with our kernels

const { result, checkpoint } = await runTrial({ trial: planned!.trial, registry, dataset, ops });
for (const { pruner, share, evaluations } of result.pruning) {
  console.log(pruner, share, evaluations[0]!.metrics.accuracy);
}
console.log(`${checkpoint.byteLength} bytes of safetensors`);
