import { LANES, blockOf, columnsOf, cursorsOf, depthOf, lanesOf, layOut, rowsOf, slicesOf, startsOf, valuesOf } from './layout';

/** Writes the nonzero elements of B [k, n], in the format of layout.ts. `to` has `sparseBytes(nonZeros, k, n)` bytes. */
export function compress(to: usize, b: usize, nonZeros: i32, k: i32, n: i32): void {
  layOut(to, nonZeros, k, n);
  const depth = blockOf(to), slices = slicesOf(to);
  let starts = startsOf(to), lanes = lanesOf(to), first: u32 = 0;
  store<u32>(starts, 0);
  for (let k0 = 0; k0 < k; k0 += depth) {
    const rows = min(depth, k - k0), block = b + (<usize>k0 * n << 2);
    count(cursorsOf(to), block, rows, n);
    order(lanes, cursorsOf(to), cursorsOf(to) + (<usize>n << 2), rows, n);
    for (let i = 0; i < slices; i++, starts += 4, lanes += 4 * LANES) {
      // Columns are in ascending order of length, so the last column of a slice is its longest.
      const length = slice(to, lanes, first);
      first += LANES * length;
      store<u32>(starts, first, 4);
    }
    fill(to, block, rows, n);
  }
  store<u32>(to, first, 16);
}

/** counts[j] = the number of nonzero elements of column j. */
function count(counts: usize, b: usize, rows: i32, n: i32): void {
  memory.fill(counts, 0, <usize>n << 2);
  const zero = f32x4.splat(0), vectors = counts + (<usize>(n & ~3) << 2), end = counts + (<usize>n << 2);
  for (let r = 0; r < rows; r++) {
    let p = counts;
    // True is -1.
    for (; p != vectors; p += 16, b += 16) v128.store(p, i32x4.sub(v128.load(p), f32x4.ne(v128.load(b), zero)));
    for (; p != end; p += 4, b += 4) store<u32>(p, load<u32>(p) + u32(load<f32>(b) != 0));
  }
}

/** lanes = the columns sorted by count, then by number (a counting sort), then lanes without a column. `spare` has rows + 2 words. */
function order(lanes: usize, counts: usize, spare: usize, rows: i32, n: i32): void {
  memory.fill(spare, 0, <usize>(rows + 2) << 2);
  const end = counts + (<usize>n << 2);
  for (let p = counts; p != end; p += 4) {
    const at = spare + (<usize>load<u32>(p) << 2);
    store<u32>(at, load<u32>(at, 4) + 1, 4);
  }
  let before: u32 = 0;
  for (let at = spare, last = spare + (<usize>(rows + 2) << 2); at != last; at += 4) {
    before += load<u32>(at);
    store<u32>(at, before);
  }
  for (let j: u32 = 0; j < <u32>n; j++) {
    const at = spare + (<usize>load<u32>(counts + (<usize>j << 2)) << 2), place = load<u32>(at);
    store<u32>(at, place + 1);
    store<u32>(lanes + (<usize>place << 2), j);
  }
  for (let j = n; j & (LANES - 1); j++) store<u32>(lanes + (<usize>j << 2), n);
}

/** Replaces the counts of a slice's columns by cursors, fills the slice with zeros, and returns its length. */
function slice(to: usize, lanes: usize, first: u32): u32 {
  const n = <u32>columnsOf(to), cursors = cursorsOf(to);
  let length: u32 = 0;
  for (let l: usize = 0; l < <usize>LANES; l++) {
    const column = load<u32>(lanes + (l << 2));
    if (column == n) continue;
    const at = cursors + (<usize>column << 2);
    length = max(length, load<u32>(at));
    store<u32>(at, first + <u32>l);
  }
  memory.fill(rowsOf(to) + (<usize>first << 1), 0, <usize>(LANES * length) << 1);
  memory.fill(valuesOf(to) + (<usize>first << 2), 0, <usize>(LANES * length) << 2);
  return length;
}

function fill(to: usize, b: usize, rows: i32, n: i32): void {
  const cursors = cursorsOf(to), zero = f32x4.splat(0), vectors = cursors + (<usize>(n & ~3) << 2);
  const end = cursors + (<usize>n << 2), numbers = rowsOf(to), values = valuesOf(to);
  for (let r = 0; r < rows; r++) {
    let p = cursors;
    for (; p != vectors; p += 16, b += 16) {
      for (let some = i32x4.bitmask(f32x4.ne(v128.load(b), zero)); some; some &= some - 1) {
        const lane = <usize>ctz(some) << 2;
        put(p + lane, numbers, values, r, load<f32>(b + lane));
      }
    }
    for (; p != end; p += 4, b += 4) if (load<f32>(b) != 0) put(p, numbers, values, r, load<f32>(b));
  }
}

// @ts-ignore: decorator
@inline
function put(cursor: usize, numbers: usize, values: usize, row: i32, value: f32): void {
  const at = load<u32>(cursor);
  store<u32>(cursor, at + LANES);
  store<u16>(numbers + (<usize>at << 1), <u16>row);
  store<f32>(values + (<usize>at << 2), value);
}
