/**
 * Packing copies a block of a matrix into panels, which a tile reads from start to end. A panel holds `width` lines (rows of A or columns of
 * B) as [depth][width]. Lines after the first `lines` hold copies or zeros; their sums are not stored.
 */

/** Packs a panel of lines whose elements are contiguous: rows of A, columns of a transposed B. Line i starts at from + i * stride. */
export function packContiguous<Width>(to: usize, from: usize, stride: usize, lines: i32, depth: i32): void {
  for (let group: i32 = 0; group < <i32>offsetof<Width>(); group += 4) {
    // Missing lines are replaced by the last one, so that nothing outside the matrix is read.
    const p0 = from + <usize>min(group, lines - 1) * stride;
    const p1 = from + <usize>min(group + 1, lines - 1) * stride;
    const p2 = from + <usize>min(group + 2, lines - 1) * stride;
    const p3 = from + <usize>min(group + 3, lines - 1) * stride;
    packContiguousFrom<Width>(to + (<usize>group << 2), p0, p1, p2, p3, depth);
  }
}

/** Packs four lines at any addresses. It is inlined because a call makes narrow products 5 % slower. */
// @ts-ignore: decorator
@inline
export function packContiguousFrom<Width>(to: usize, p0: usize, p1: usize, p2: usize, p3: usize, depth: i32): void {
  const last = p0 + (<usize>depth << 2);
  const vectors = p0 + ((<usize>depth & ~3) << 2);
  while (p0 != vectors) {
    const r0 = v128.load(p0), r1 = v128.load(p1), r2 = v128.load(p2), r3 = v128.load(p3);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(t0, t1, 0, 2));
    v128.store(to, v128.shuffle<f64>(t0, t1, 1, 3), 4 * offsetof<Width>());
    v128.store(to, v128.shuffle<f64>(t2, t3, 0, 2), 8 * offsetof<Width>());
    v128.store(to, v128.shuffle<f64>(t2, t3, 1, 3), 12 * offsetof<Width>());
    to += 16 * offsetof<Width>();
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
  while (p0 != last) {
    store<f32>(to, load<f32>(p0));
    store<f32>(to, load<f32>(p1), 4);
    store<f32>(to, load<f32>(p2), 8);
    store<f32>(to, load<f32>(p3), 12);
    to += 4 * offsetof<Width>();
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
  }
}

/** Packs a panel of interleaved lines: columns of B, rows of a transposed A. Element k of line i is at from + k * stride + 4 * i. */
export function packInterleaved<Width>(to: usize, from: usize, stride: usize, lines: i32, depth: i32): void {
  if (lines < <i32>offsetof<Width>()) return packNarrow<Width>(to, from, stride, lines, depth);
  const end = to + <usize>depth * (4 * offsetof<Width>());
  while (to != end) {
    v128.store(to, v128.load(from));
    if (offsetof<Width>() > 4) v128.store(to, v128.load(from, 16), 16);
    if (offsetof<Width>() > 8) {
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
    }
    if (offsetof<Width>() > 16) v128.store(to, v128.load(from, 64), 64);
    to += 4 * offsetof<Width>();
    from += stride;
  }
}

function packNarrow<Width>(to: usize, from: usize, stride: usize, lines: i32, depth: i32): void {
  for (let k = 0; k < depth; k++) {
    for (let i: usize = 0; i < offsetof<Width>(); i++) {
      store<f32>(to + (i << 2), i < <usize>lines ? load<f32>(from + (i << 2)) : 0);
    }
    to += 4 * offsetof<Width>();
    from += stride;
  }
}
