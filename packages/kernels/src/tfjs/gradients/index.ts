import { getGradient, registerGradient } from '@tensorflow/tfjs-core';
import { elementwise } from './elementwise.js';
import { images } from './images.js';
import { matmulGradient } from './matmul.js';
import { pairs } from './pairs.js';
import { reductions } from './reductions.js';
import { shapes } from './shapes.js';

const gradients = [...elementwise, ...pairs, ...reductions, ...shapes, ...images, matmulGradient];

/**
 * Registers the gradients that are missing in tfjs-core's Node build, so that `tf.grads` and `tf.variableGrads` work. Gradients that are
 * registered already (the `@tensorflow/tfjs` umbrella does that) are not replaced.
 */
export function registerGradients(): void {
  for (const gradient of gradients) {
    if (!getGradient(gradient.kernelName)) registerGradient(gradient);
  }
}

/** The kernels that {@link registerGradients} knows. */
export const gradientNames: readonly string[] = gradients.map(({ kernelName }) => kernelName);
