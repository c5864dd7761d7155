import { depthOf, Geometry, isPadded, positionsOf } from './geometry';

/** How many numbers of windows are packed at a time. They stay in the second-level cache while all panels of the other matrix are read. */
const STRIP: i32 = 65536;

/** How many windows are packed at a time: a multiple of 4 from `fewest` to `most`. */
export function stripOf(g: Geometry, fewest: i32, most: i32): i32 {
  return max(fewest, min(most, STRIP / depthOf(g)) & ~3);
}

/** How many images are processed at a time: the images of one strip if they must be padded first, else the whole batch. */
export function groupOf(g: Geometry, strip: i32): i32 {
  return isPadded(g) ? min(g.batch, max(1, strip / positionsOf(g))) : g.batch;
}
