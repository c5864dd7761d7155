import { float64Numbers } from '@bbb/kernels/parts';
import { exp } from './exp.js';

/** For fewer numbers than this, starting the WebAssembly module would cost more than it saves. */
const FEW = 512;

/**
 * {@link exp} of every number of `values`, in place and to the same bits: two at a time, in WebAssembly.
 *
 * @param values overwritten by the results
 */
export function expEach(values: Float64Array): void {
  if (values.length < FEW) {
    for (let i = 0; i < values.length; i++) values[i] = exp(values[i]!);
    return;
  }
  const { room, expEach: run } = float64Numbers();
  for (let at = 0; at < values.length; at += room.length) {
    const some = values.subarray(at, at + room.length);
    room.set(some);
    run(0, some.length);
    some.set(room.subarray(0, some.length));
  }
}
