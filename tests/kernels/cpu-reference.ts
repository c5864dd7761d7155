import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

// The CPU backend greets unless this is set.
tf.env().set('PROD', true);
if (!tf.findBackend('cpu')) tf.registerBackend('cpu', () => new MathBackendCPU(), 1);

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

/** Numbers in [-1, 1), the same for the same seed. */
export function uniform(length: number, seed: number): Float32Array {
  let state = Math.imul(seed + 1, 2654435761) | 1;
  return Float32Array.from({ length }, () => {
    state = Math.imul(state, 1664525) + 1013904223;
    return (state >> 8) / 2 ** 23;
  });
}
