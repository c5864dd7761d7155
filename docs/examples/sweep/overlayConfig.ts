import { overlayConfig } from '@bbb/sweep';

// Objects are merged, lists and plain values replaced.
const preset = { training: { epochs: 10, batchSize: 128 }, seeds: [0, 1] };

console.log(JSON.stringify(overlayConfig(preset, { training: { epochs: 3 }, seeds: [5] }))); // {"training":{"epochs":3,"batchSize":128},"seeds":[5]}
