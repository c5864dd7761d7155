import { defaultDevice, init, random } from '@jax-js/jax';
import { installKernels, keyedNormal } from '@bbb/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { here, nanosecondsEach, type Contest } from '../contest.js';
import type { PyTorch } from '../peers/pytorch.js';

const SIZE = 784 * 400;

/** Standard normal numbers. */
export async function normalsSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  await init('wasm');
  await installKernels();
  defaultDevice('wasm');
  let draw = 0;
  const jaxKey = random.key(1);
  return [
    {
      title: `${SIZE} normal numbers`,
      unit: nanosecondsEach(SIZE),
      contenders: [
        here('ours', () => keyedNormal([SIZE], [1, draw++]).dispose()),
        here('tf.randomNormal', () => tf.randomNormal([SIZE]).dispose()),
        here('jax-js', async () => {
          const x = random.normal(jaxKey.ref, [SIZE]);
          await x.blockUntilReady();
          x.dispose();
        }),
        ...peers.map((peer) => peer.contender('normal', { size: SIZE })),
      ],
    },
  ];
}
