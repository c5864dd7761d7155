import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

export function registerCpu(): void {
  // The CPU backend greets unless this is set.
  tf.env().set('PROD', true);
  if (!tf.findBackend('cpu')) tf.registerBackend('cpu', () => new MathBackendCPU(), 1);
}
registerCpu();

/** What tfjs's CPU backend, the slow plain one, makes of the same op. */
export async function onCpu(f: () => tf.Tensor): Promise<{ shape: number[]; values: Float32Array }> {
  await tf.setBackend('cpu');
  try {
    return tf.tidy(() => {
      const y = f();
      return { shape: y.shape, values: Float32Array.from(y.dataSync()) };
    });
  } finally {
    await tf.setBackend('wasm');
  }
}
