import { writeFileSync } from 'node:fs';
import builtIns from '@bbb/plugins';
import { encode } from 'fast-png';

// Three digits of the test set as grey pictures of 28 x 28, like pictures of your own camera.
const { test } = await builtIns.datasets.mnist.load({}, {});
for (const i of [0, 1, 8]) {
  const data = Uint8Array.from(test.features.subarray(784 * i, 784 * (i + 1)));
  writeFileSync(`digit-${i}.png`, encode({ width: 28, height: 28, channels: 1, depth: 8, data }));
}
