import type { Key } from '../key.js';
import { Domain, streamWords } from '../random/stream.js';

/**
 * `count` standard normals of a key by Box and Muller 1958 in double precision, from the words that the WebAssembly kernels
 * use. A pair of words (x, y), 4 elements apart, gives r cos(a) and r sin(a). r = sqrt(-2 log u), where u is the float32 nearest to an odd
 * multiple of 2^-31. a = pi t, where t is the float32 nearest to the upper 31 bits of y, in [-1/2, 1/2]. The lowest bit of y is the sign of the
 * cosine.
 */
export function standardNormals(key: Key, count: number): Float64Array {
  const words = streamWords(key, Domain.normal, Math.ceil(count / 16) * 16);
  const normals = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const first = i & ~4;
    const radius = Math.sqrt(-2 * Math.log(Math.fround((words[first]! >>> 1) | 1) * 2 ** -31));
    const y = words[first + 4]! | 0;
    const angle = Math.PI * Math.fround(y >> 1) * 2 ** -31;
    normals[i] = radius * (i & 4 ? Math.sin(angle) : y & 1 ? -Math.cos(angle) : Math.cos(angle));
  }
  return normals;
}
