import { installKernels } from '@bbb/kernels';
import { here, type Contender } from '../contest.js';

/** The kernels that tfjs's ops run on: ours, ours with fused multiply-add, or those of tfjs-wasm. */
export type Kernels = 'ours' | 'ours, relaxed' | 'tfjs-wasm';

/** The same tfjs code on one of three sets of kernels. */
export function onKernels(kernels: Kernels, call: () => void, name: string = kernels): Contender {
  const timed = here(name, call);
  return {
    name,
    async measure(slice) {
      const uninstall = await installKernels({ fastMath: kernels === 'ours, relaxed' });
      if (kernels === 'tfjs-wasm') uninstall();
      return timed.measure(slice);
    },
  };
}

export const onAllKernels = (call: () => void): Contender[] =>
  (['ours', 'ours, relaxed', 'tfjs-wasm'] as const).map((kernels) => onKernels(kernels, call));
