import { parseSweepConfig } from '@bbb/sweep';

const config = parseSweepConfig({ dataset: { use: 'mnist' }, methods: [{ use: 'sgd' }], seeds: [0, 1] });

console.log(config.validation); // 10000
