import { philox, type Key } from '@bbb/kernels/parts';

/**
 * A uniform random number in [0, 1) for each example, with 53 bits. It depends only on the key and the id of the example, not on other examples
 * or their order.
 * @param key the same key gives the same random numbers
 * @param ids ids of the examples, e.g. their rows in the data set
 */
export function uniformsOf(key: Key, ids: Uint32Array): Float64Array {
  const name = key.join();
  const byKey = made.get(ids) ?? new Map<string, Float64Array>();
  made.set(ids, byKey);
  // The networks of a trial are measured on the same examples with the same key.
  if (!byKey.has(name)) byKey.set(name, uniforms(key, ids));
  return byKey.get(name)!.slice();
}

const made = new WeakMap<Uint32Array, Map<string, Float64Array>>();

function uniforms(key: Key, ids: Uint32Array): Float64Array {
  return Float64Array.from(ids, (id) => {
    const [high, low] = philox(key, [id, 0, 0, 0]);
    return (Math.floor(high / 2 ** 5) * 2 ** 26 + Math.floor(low / 2 ** 6)) / 2 ** 53;
  });
}
