import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { TfjsKernels } from '../../wasm/instance.js';

export type KernelParams = Parameters<KernelFunc>[0];

/** What a kernel of ours gets besides tfjs's parameters. */
export interface KernelContext {
  readonly kernels: TfjsKernels;
  readonly backend: BackendWasm;
}

/** A tfjs kernel of the wasm backend that ours replaces or adds. `run` gives undefined for what it leaves to tfjs. */
export interface Override {
  readonly kernelName: string;
  run(params: KernelParams, context: KernelContext): TensorInfo | undefined;
}

/** An attribute that tfjs passes as a boolean, or not at all. */
export const flag = (params: KernelParams, name: string): boolean => params.attrs?.[name] === true;
