import type { PoolGeometry } from '../geometry.js';
import type { Operand, Ops } from '../ops.js';
import type { Kernels } from '../wasm/instance.js';
import { writeGeometry } from './geometry.js';
import { tensor } from './operand.js';

type Images = Pick<
  Ops,
  | 'convolve'
  | 'convolveBackward'
  | 'convolveGradients'
  | 'maxPool'
  | 'maxPoolBackward'
  | 'averagePool'
  | 'averagePoolBackward'
>;

export function imageOps(kernels: Kernels): Images {
  const { run } = kernels;
  const at = (x: Operand): number => kernels.offset(tensor(x));
  const write = (geometry: PoolGeometry, x: Operand): number =>
    writeGeometry(kernels, x.shape[0] ?? 1, geometry);
  // One region for all of them: none outlives its call.
  const work = (bytes: number): number => kernels.scratch('convolution', bytes);
  return {
    convolve(out, x, w, geometry, { bias, relu = false } = {}) {
      const g = write(geometry, x);
      run.convolve(at(out), at(x), at(w), g, bias ? at(bias) : 0, relu, work(run.convolveWorkspace(g)));
    },
    convolveBackward(dx, dOut, w, geometry) {
      const g = write(geometry, dx);
      run.convolveBackward(at(dx), at(dOut), at(w), g, work(run.convolveBackwardWorkspace(g)));
    },
    convolveGradients(dW, dBias, x, dOut, geometry) {
      const g = write(geometry, x);
      const [rows, columns, channels] = geometry.output;
      run.convolveGradients(at(dW), at(x), at(dOut), g, work(run.convolveGradientsWorkspace(g)));
      if (dBias) run.sumRows(at(dBias), at(dOut), (x.shape[0] ?? 1) * rows * columns, channels);
    },
    maxPool: (out, x, geometry) => run.maxPool(at(out), at(x), write(geometry, x)),
    maxPoolBackward: (dx, dOut, x, geometry) =>
      run.maxPoolBackward(at(dx), at(dOut), at(x), write(geometry, x)),
    averagePool: (out, x, geometry) => run.averagePool(at(out), at(x), write(geometry, x)),
    averagePoolBackward: (dx, dOut, geometry) =>
      run.averagePoolBackward(at(dx), at(dOut), write(geometry, dx)),
  };
}
