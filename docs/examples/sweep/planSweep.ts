import { createRegistry } from '@bbb/core';
import builtIns from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';

const config = parseSweepConfig({
  dataset: { use: 'mnist' },
  methods: [{ use: 'sgd' }, { use: 'dropout', grid: { 'options.p': [0.25, 0.5] } }],
  seeds: [0, 1],
});

// Three configurations, each with two seeds.
console.log(planSweep(config, createRegistry([builtIns])).trials.length); // 6
