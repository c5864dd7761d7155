import { philox, word0, word1, word2, word3 } from '../random/philox';

/** out[n] = the sum over m rows of a[m, n], rows in ascending order. */
export function sumRows(out: usize, a: usize, m: i32, n: i32): void {
  memory.fill(out, 0, <usize>n << 2);
  for (let i = 0; i < m; i++) {
    const row = a + (<usize>(i * n) << 2);
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const o = <usize>j << 2;
      v128.store(out + o, f32x4.add(v128.load(out + o), v128.load(row + o)));
    }
    for (; j < n; j++) {
      const o = <usize>j << 2;
      store<f32>(out + o, load<f32>(out + o) + load<f32>(row + o));
    }
  }
}

/** grad = activation > 0 ? grad * scale : 0, over n numbers. */
export function reluBackward(grad: usize, activation: usize, n: i32, scale: f32): void {
  const factor = f32x4.splat(scale), end = grad + (<usize>n << 2);
  for (; grad + 16 <= end; grad += 16, activation += 16) {
    const kept = f32x4.gt(v128.load(activation), f32x4.splat(0));
    v128.store(grad, v128.and(f32x4.mul(v128.load(grad), factor), kept));
  }
  for (; grad < end; grad += 4, activation += 4) {
    store<f32>(grad, load<f32>(activation) > 0 ? load<f32>(grad) * scale : 0);
  }
}

/**
 * out = kept ? x * scale : 0, for `blocks` of 16; a number is dropped when its random word is below `threshold` (unsigned).
 */
export function dropout(
  out: usize, x: usize, blocks: i32, first: i32, threshold: u32, scale: f32, key0: u32, key1: u32,
): void {
  const flip = i32x4.splat(0x80000000), bound = v128.xor(i32x4.splat(threshold), flip), factor = f32x4.splat(scale);
  for (let b = 0; b < blocks; b++, out += 64, x += 64) {
    philox(<u32>((first >> 2) + (b << 2)), key0, key1, 2);
    v128.store(out, v128.and(f32x4.mul(v128.load(x), factor), i32x4.ge_s(v128.xor(word0, flip), bound)));
    v128.store(out, v128.and(f32x4.mul(v128.load(x, 16), factor), i32x4.ge_s(v128.xor(word1, flip), bound)), 16);
    v128.store(out, v128.and(f32x4.mul(v128.load(x, 32), factor), i32x4.ge_s(v128.xor(word2, flip), bound)), 32);
    v128.store(out, v128.and(f32x4.mul(v128.load(x, 48), factor), i32x4.ge_s(v128.xor(word3, flip), bound)), 48);
  }
}

/** out = bytes / divisor, over n numbers; the division is exactly rounded. */
export function pixels(out: usize, bytes: usize, n: i32, divisor: f32): void {
  const by = f32x4.splat(divisor), end = bytes + <usize>n;
  for (; bytes + 4 <= end; bytes += 4, out += 16) {
    const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(bytes)));
    v128.store(out, f32x4.div(f32x4.convert_i32x4_s(wide), by));
  }
  for (; bytes < end; bytes++, out += 4) store<f32>(out, <f32>load<u8>(bytes) / divisor);
}
