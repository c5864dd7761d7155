import { definePlugin } from '@bbb/core';
import withoutData from './browser.js';
import { fashionMnist } from './datasets/fashion-mnist.js';
import { idx } from './datasets/idx.js';
import { mnist } from './datasets/mnist.js';
import { rotated } from './datasets/rotated.js';

export * from './browser.js';

/** What ships with bbb. It comes through the same door as anybody's plugin. */
export default definePlugin({
  ...withoutData,
  datasets: { mnist, 'fashion-mnist': fashionMnist, idx, rotated },
});
