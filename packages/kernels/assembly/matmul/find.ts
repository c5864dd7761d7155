/** Bytes of an entry. A line (see {@link find}) has one for each nonzero element: the offset of its k in a panel, and its value. */
export const ENTRY: usize = 8;
/** Bytes of working memory for the table that {@link find} uses. It is written at each call, because the module can have no static data. */
export const FRONTS: usize = 256;

/**
 * Finds the nonzero elements of each line of A. A line is a row, or a column if A is transposed. Writes the entries to `to`, and to `lines`
 * where the entries of each line start and end. `row` is the distance of the panel's rows in bytes. `fronts` has {@link FRONTS} bytes.
 */
export function find(
  fronts: usize, lines: usize, to: usize, a: usize, stride: usize, m: i32, k: i32, transposeA: bool, row: u32,
): void {
  writeFronts(fronts);
  const room = <usize>k * ENTRY;
  let i = 0;
  if (transposeA) {
    for (; i <= m - 4; i += 4, lines += 32, to += 4 * room, a += 16) findFourColumns(fronts, lines, to, room, a, stride, k, row);
    for (; i < m; i++, lines += 8, to += room, a += 4) {
      store<u32>(lines, <u32>to);
      let end = to;
      for (let at: u32 = 0, p = a, last = <u32>k * row; at != last; at += row, p += stride) end = note(end, at, load<u32>(p));
      store<u32>(lines, <u32>end, 4);
    }
  } else {
    for (; i < m; i++, lines += 8, to += room, a += stride) {
      store<u32>(lines, <u32>to);
      store<u32>(lines, <u32>findInRow(fronts, to, a, k, row), 4);
    }
  }
}

/** For every subset of the four lanes (bit l: lane l is in it), the argument of the swizzle that moves these lanes to the front. */
function writeFronts(to: usize): void {
  memory.fill(to, 0, FRONTS);
  for (let lanes: usize = 0; lanes < 16; lanes++) {
    let at = to + (lanes << 4);
    for (let lane = 0; lane < 4; lane++) {
      if (!(lanes & (1 << lane))) continue;
      store<u32>(at, 0x03020100 + 0x04040404 * lane);
      at += 4;
    }
  }
}

// @ts-ignore: decorator
@inline
function firstOffsets(row: u32): v128 {
  return i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(row));
}

/** Returns where the entries end. */
function findInRow(fronts: usize, to: usize, a: usize, k: i32, row: u32): usize {
  const step = i32x4.splat(4 * row), sixteen = i32x4.splat(16 * row), last = <u32>k * row;
  let offsets = firstOffsets(row), at: u32 = 0;
  for (const whole = <u32>(k & ~15) * row; at != whole; at += 16 * row, a += 64) {
    const x0 = v128.load(a), x1 = v128.load(a, 16), x2 = v128.load(a, 32), x3 = v128.load(a, 48);
    // The margins of images are zero. Elsewhere 16 neighbours are rarely all zero, so the CPU predicts this branch well.
    if (v128.any_true(v128.or(v128.or(x0, x1), v128.or(x2, x3)))) {
      const second = i32x4.add(offsets, step), third = i32x4.add(second, step);
      to = noteFour(fronts, to, offsets, x0);
      to = noteFour(fronts, to, second, x1);
      to = noteFour(fronts, to, third, x2);
      to = noteFour(fronts, to, i32x4.add(third, step), x3);
    }
    offsets = i32x4.add(offsets, sixteen);
  }
  for (const whole = <u32>(k & ~3) * row; at != whole; at += 4 * row, a += 16) {
    to = noteFour(fronts, to, offsets, v128.load(a));
    offsets = i32x4.add(offsets, step);
  }
  for (; at != last; at += row, a += 4) to = note(to, at, load<u32>(a));
  return to;
}

/** Four neighbouring columns at a time, so that each cache line is read once. */
function findFourColumns(fronts: usize, lines: usize, to0: usize, room: usize, a: usize, stride: usize, k: i32, row: u32): void {
  let to1 = to0 + room, to2 = to1 + room, to3 = to2 + room;
  store<u32>(lines, <u32>to0);
  store<u32>(lines, <u32>to1, 8);
  store<u32>(lines, <u32>to2, 16);
  store<u32>(lines, <u32>to3, 24);
  const step = i32x4.splat(4 * row), last = <u32>k * row;
  let offsets = firstOffsets(row), at: u32 = 0;
  for (const whole = <u32>(k & ~3) * row; at != whole; at += 4 * row, a += stride << 2) {
    const r0 = v128.load(a), r1 = v128.load(a + stride), r2 = v128.load(a + (stride << 1)), r3 = v128.load(a + 3 * stride);
    if (v128.any_true(v128.or(v128.or(r0, r1), v128.or(r2, r3)))) {
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      to0 = noteFour(fronts, to0, offsets, v128.shuffle<f64>(t0, t1, 0, 2));
      to1 = noteFour(fronts, to1, offsets, v128.shuffle<f64>(t0, t1, 1, 3));
      to2 = noteFour(fronts, to2, offsets, v128.shuffle<f64>(t2, t3, 0, 2));
      to3 = noteFour(fronts, to3, offsets, v128.shuffle<f64>(t2, t3, 1, 3));
    }
    offsets = i32x4.add(offsets, step);
  }
  for (; at != last; at += row, a += stride) {
    to0 = note(to0, at, load<u32>(a));
    to1 = note(to1, at, load<u32>(a, 4));
    to2 = note(to2, at, load<u32>(a, 8));
    to3 = note(to3, at, load<u32>(a, 12));
  }
  store<u32>(lines, <u32>to0, 4);
  store<u32>(lines, <u32>to1, 12);
  store<u32>(lines, <u32>to2, 20);
  store<u32>(lines, <u32>to3, 28);
}

/**
 * Writes four entries, those of nonzero numbers first, and returns where these end. The others are overwritten later. All four fit, because
 * a line has room for the four numbers that are read here.
 */
// @ts-ignore: decorator
@inline
function noteFour(fronts: usize, to: usize, offsets: v128, x: v128): usize {
  const kept = i32x4.bitmask(f32x4.ne(x, f32x4.splat(0)));
  const front = v128.load(fronts + (<usize>kept << 4));
  const values = v128.swizzle(x, front), places = v128.swizzle(offsets, front);
  v128.store(to, v128.shuffle<i32>(places, values, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<i32>(places, values, 2, 6, 3, 7), 16);
  return to + <usize>popcnt(kept) * ENTRY;
}

/** Writes an entry. Returns its end if the number with these bits is not zero, else its start. The CPU would predict a branch badly here. */
// @ts-ignore: decorator
@inline
function note(to: usize, at: u32, bits: u32): usize {
  store<u64>(to, <u64>at | (<u64>bits << 32));
  return to + (<usize>((bits << 1) != 0) * ENTRY);
}
