import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { TfjsKernels } from '../../wasm/instance.js';

export type KernelParams = Parameters<KernelFunc>[0];

/** The additional parameters of our kernels, besides those of tfjs. */
export interface KernelContext {
  readonly kernels: TfjsKernels;
  readonly backend: BackendWasm;
}

/** A tfjs kernel of the wasm backend that ours replaces or adds. If `run` returns undefined, tfjs's kernel does the work. */
export interface Override {
  readonly kernelName: string;
  run(params: KernelParams, context: KernelContext): TensorInfo | undefined;
}

/** Reads an attribute that tfjs passes as a boolean or leaves out. */
export const flag = (params: KernelParams, name: string): boolean => params.attrs?.[name] === true;
