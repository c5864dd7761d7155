import { packContiguousFrom } from '../matmul/pack';
import { depthOf, Geometry, imageBytes, isPadded, positionsOf, runOf, spanBytes, spanWidth } from './geometry';

/*
 * The matrix of windows, [positions, depth], is never written as a whole. Its panels are packed from the images. `addresses` is a table
 * of the addresses at which the windows of a strip start.
 */

@unmanaged class Wide4 { a: u32; }

/** Bytes from one row of pixels to the next in the images that windows are read from. These images may be padded. */
export function rowBytes(g: Geometry): usize {
  return (<usize>(isPadded(g) ? spanWidth(g) : g.width) * g.channels) << 2;
}

/** Writes where windows [first, first + count) of the images start. Repeats the last one until the count is a multiple of 4. */
export function findWindows(addresses: usize, images: usize, first: i32, count: i32, g: Geometry): void {
  const stepX = <usize>(g.strideX * g.channels) << 2, stepY = <usize>g.strideY * rowBytes(g);
  const imageStep = isPadded(g) ? spanBytes(g) : imageBytes(g);
  const positions = positionsOf(g), rest = first % positions;
  let y = rest / g.outWidth, x = rest % g.outWidth;
  let image = images + <usize>(first / positions) * imageStep;
  let row = image + <usize>y * stepY, at = row + <usize>x * stepX;
  const end = addresses + (<usize>count << 2);
  for (; addresses != end; addresses += 4) {
    store<u32>(addresses, <u32>at);
    at += stepX;
    if (++x == g.outWidth) {
      x = 0;
      row += stepY;
      if (++y == g.outHeight) {
        y = 0;
        image += imageStep;
        row = image;
      }
      at = row;
    }
  }
  const last = load<u32>(end - 4);
  for (; count & 3; count++, addresses += 4) store<u32>(addresses, last);
}

/** Packs panels of 4 windows, [depth][4] each: the windows are the rows of the first matrix of a product. */
export function packWindows(to: usize, addresses: usize, count: i32, g: Geometry): void {
  const run = runOf(g), rowStep = rowBytes(g), rows = g.windowHeight;
  const oneStep = g.strideX * g.channels == 1;
  for (let i = 0; i < count; i += 4, addresses += 16) {
    let p0 = <usize>load<u32>(addresses), p1 = <usize>load<u32>(addresses, 4);
    let p2 = <usize>load<u32>(addresses, 8), p3 = <usize>load<u32>(addresses, 12);
    // Addresses ascend, so the four windows start at neighbouring numbers.
    const together = oneStep && p3 - p0 == 12;
    for (let y = 0; y < rows; y++) {
      if (together) copyLanes(to, p0, run);
      else packContiguousFrom<Wide4>(to, p0, p1, p2, p3, run);
      to += <usize>run << 4;
      p0 += rowStep;
      p1 += rowStep;
      p2 += rowStep;
      p3 += rowStep;
    }
  }
}

/** to[k] = the four numbers that start at p + k. */
function copyLanes(to: usize, p: usize, n: i32): void {
  for (const end = p + (<usize>n << 2); p != end; p += 4, to += 16) v128.store(to, v128.load(p));
}

/** Packs panels of 4 of a window's numbers, [count][4] each: they are the rows of the matrix of windows when it is transposed. */
export function packTaps(to: usize, addresses: usize, count: i32, g: Geometry): void {
  const depth = depthOf(g), run = runOf(g);
  for (let k = 0; k < depth; k += 4) {
    const o0 = tapBytes(k, g), o1 = tapBytes(min(k + 1, depth - 1), g);
    const o2 = tapBytes(min(k + 2, depth - 1), g), o3 = tapBytes(min(k + 3, depth - 1), g);
    if (k % run + 4 <= run) copyFour(to, addresses, count, o0);
    else gatherFour(to, addresses, count, o0, o1, o2, o3, g.strideX * g.channels == 1);
    to += <usize>count << 4;
  }
}

/** Bytes from the start of a window to its number k. */
// @ts-ignore: decorator
@inline
export function tapBytes(k: i32, g: Geometry): usize {
  const run = runOf(g);
  return <usize>(k / run) * rowBytes(g) + (<usize>(k % run) << 2);
}

function copyFour(to: usize, addresses: usize, count: i32, offset: usize): void {
  for (const end = addresses + (<usize>count << 2); addresses != end; addresses += 4, to += 16) {
    v128.store(to, v128.load(<usize>load<u32>(addresses) + offset));
  }
}

function gatherFour(
  to: usize, addresses: usize, count: i32, o0: usize, o1: usize, o2: usize, o3: usize, oneStep: bool,
): void {
  const end = addresses + (<usize>count << 2);
  while (addresses != end) {
    const p = <usize>load<u32>(addresses);
    if (oneStep && addresses + 12 < end && <usize>load<u32>(addresses, 12) - p == 12) {
      packContiguousFrom<Wide4>(to, p + o0, p + o1, p + o2, p + o3, 4);
      to += 64;
      addresses += 16;
      continue;
    }
    store<f32>(to, load<f32>(p + o0));
    store<f32>(to, load<f32>(p + o1), 4);
    store<f32>(to, load<f32>(p + o2), 8);
    store<f32>(to, load<f32>(p + o3), 12);
    to += 16;
    addresses += 4;
  }
}
