import type { Key } from '@bbb/kernels';
import { fold } from '../random/key.js';

/** Draws that are keys: what most models have for {@link Model.draws}. */
export function keyedDraws(count: number, key: Key): Key[] {
  return Array.from({ length: count }, (_, s) => fold(key, 'sample', s));
}
