import { depthOf, Geometry, isPadded, positionsOf } from './geometry';

/** Numbers of packed windows at a time: they stay in the second-level cache while every panel of the other matrix passes by. */
const STRIP: i32 = 65536;

/** Windows at a time, a multiple of 4 from `fewest` to `most`. */
export function stripOf(g: Geometry, fewest: i32, most: i32): i32 {
  return max(fewest, min(most, STRIP / depthOf(g)) & ~3);
}

/** Images at a time: as many as a strip takes where they are padded first, all of them where they are read as they are. */
export function groupOf(g: Geometry, strip: i32): i32 {
  return isPadded(g) ? min(g.batch, max(1, strip / positionsOf(g))) : g.batch;
}
