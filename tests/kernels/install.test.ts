import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';

// The order matters: nothing in this process has started a backend yet.
test('installing with no backend, or with another one, is an error that says what to call', async () => {
  const refused = (message: RegExp) =>
    expect(installKernels()).rejects.toMatchObject({
      code: 'KERNEL_BACKEND',
      message: expect.stringMatching(message),
    });
  await refused(/no tfjs backend is active, expected 'wasm'\. Call `await startTfjs\(\)` first/);
  // tfjs prints a greeting unless this is set.
  tf.env().set('PROD', true);
  if (!tf.findBackend('cpu')) tf.registerBackend('cpu', () => new MathBackendCPU(), 1);
  await tf.setBackend('cpu');
  await refused(/the active tfjs backend is 'cpu', expected 'wasm'\. Call `await startTfjs\(\)` first/);
  expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBeUndefined();

  await startTfjs();
  const uninstall = await installKernels();
  expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBeDefined();
  uninstall();
  expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBeUndefined();
});
