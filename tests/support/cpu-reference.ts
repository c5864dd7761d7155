import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

export function registerCpu(): void {
  // Without this, the CPU backend prints a greeting.
  tf.env().set('PROD', true);
  if (!tf.findBackend('cpu')) tf.registerBackend('cpu', () => new MathBackendCPU(), 1);
}
registerCpu();

/** The result of the same op on tfjs's CPU backend, which is slow but simple. */
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
