// A worker thread with its own tfjs; see threads.test.ts. It is plain JavaScript, because on Node 20 the --import of tsx does not work in
// threads.
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const tf = await import('@tensorflow/tfjs-core');
const { installKernels, startTfjs } = await import('@bbb/kernels');
const { uniform } = await import('./uniform.ts');

await startTfjs();
await installKernels();
const y = tf.matMul(tf.tensor2d(uniform(17 * 33, 1), [17, 33]), tf.tensor2d(uniform(33 * 9, 2), [33, 9]));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort.postMessage(y.dataSync());
