import { madd } from '../simd';

/**
 * to[n] = a B for one row a of `depth` numbers, `aStep` bytes apart, and rows of B `stride` bytes apart. For matrices with so few rows that
 * packing B takes longer than it saves. Each sum has the same order as in a tile, so the bits are the same.
 */
export function rowProduct(to: usize, a: usize, aStep: usize, b: usize, stride: usize, n: i32, depth: i32): void {
  memory.fill(to, 0, <usize>n << 2);
  for (; depth >= 4; depth -= 4) {
    addFour(to, a, aStep, b, stride, n);
    a += 4 * aStep;
    b += 4 * stride;
  }
  for (; depth > 0; depth--) {
    addOne(to, a, b, n);
    a += aStep;
    b += stride;
  }
}

function addFour(to: usize, a: usize, aStep: usize, b: usize, stride: usize, n: i32): void {
  const a0 = v128.load_splat<f32>(a), a1 = v128.load_splat<f32>(a + aStep);
  const a2 = v128.load_splat<f32>(a + 2 * aStep), a3 = v128.load_splat<f32>(a + 3 * aStep);
  let p = b, q = b + stride, r = q + stride, s = r + stride;
  const end = to + (<usize>n << 2), vectors = to + ((<usize>n & ~3) << 2);
  for (; to != vectors; to += 16, p += 16, q += 16, r += 16, s += 16) {
    let sum = madd(a0, v128.load(p), v128.load(to));
    sum = madd(a1, v128.load(q), sum);
    sum = madd(a2, v128.load(r), sum);
    v128.store(to, madd(a3, v128.load(s), sum));
  }
  for (; to != end; to += 4, p += 4, q += 4, r += 4, s += 4) {
    let sum = madd(a0, v128.load32_zero(p), v128.load32_zero(to));
    sum = madd(a1, v128.load32_zero(q), sum);
    sum = madd(a2, v128.load32_zero(r), sum);
    v128.store32_lane(to, madd(a3, v128.load32_zero(s), sum), 0);
  }
}

function addOne(to: usize, a: usize, b: usize, n: i32): void {
  const a0 = v128.load_splat<f32>(a);
  const end = to + (<usize>n << 2), vectors = to + ((<usize>n & ~3) << 2);
  for (; to != vectors; to += 16, b += 16) v128.store(to, madd(a0, v128.load(b), v128.load(to)));
  for (; to != end; to += 4, b += 4) {
    v128.store32_lane(to, madd(a0, v128.load32_zero(b), v128.load32_zero(to)), 0);
  }
}
