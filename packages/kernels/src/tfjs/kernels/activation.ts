import { broadcast_util, getKernel, util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, KernelParams } from './override.js';

// Activations that tfjs-wasm fuses, and the kernel that applies each to a finished product.
const kernelNames: Readonly<Record<string, string>> = {
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
};

export function activation(params: KernelParams): string {
  const name = params.attrs?.['activation'];
  return typeof name === 'string' ? name : 'linear';
}

/** The activation of a fused product. Undefined, with the product disposed of, for one that tfjs-wasm does not know. */
export function activate(
  name: string,
  product: TensorInfo,
  params: KernelParams,
  { kernels, backend }: KernelContext,
): TensorInfo | undefined {
  if (name === 'linear' || name === 'relu') return product;
  if (name === 'relu6') {
    // The product has applied the ReLU already. (tfjs's own kernel would turn NaN into 0.)
    kernels.run.atMost(kernels.offset(product), util.sizeFromShape(product.shape), 6);
    return product;
  }
  try {
    const alpha = params.inputs['preluActivationWeights'];
    // With weights of another shape, tfjs's kernel would read past their end.
    if (alpha) broadcast_util.assertAndGetBroadcastShape(product.shape, alpha.shape);
    const result = getKernel(kernelNames[name] ?? name, 'wasm')?.kernelFunc({
      inputs: { x: product, ...(alpha && { alpha }) },
      backend,
      attrs: { alpha: Number(params.attrs?.['leakyreluAlpha'] ?? 0) },
    });
    return Array.isArray(result) ? result[0] : result;
  } finally {
    backend.disposeData(product.dataId);
  }
}
