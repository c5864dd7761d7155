import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelContext, KernelParams } from './override.js';

// The activations that tfjs-wasm fuses, and the kernel that applies each to a finished product.
const kernelNames: Readonly<Record<string, string>> = {
  relu6: 'Relu6',
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
  { backend }: KernelContext,
): TensorInfo | undefined {
  if (name === 'linear' || name === 'relu') return product;
  const kernel = getKernel(kernelNames[name] ?? name, 'wasm');
  const alpha = params.inputs['preluActivationWeights'];
  const result = kernel?.kernelFunc({
    inputs: { x: product, ...(alpha && { alpha }) },
    backend,
    attrs: { alpha: Number(params.attrs?.['leakyreluAlpha'] ?? 0) },
  });
  backend.disposeData(product.dataId);
  return Array.isArray(result) ? result[0] : result;
}
