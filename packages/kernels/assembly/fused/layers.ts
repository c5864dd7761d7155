import { pinned, slot, slotOf, store3 } from '../workspace';

/** grad = activation > 0 ? grad * scale : 0 */
export function reluBackward(grad: usize, activation: usize, n: i32, scale: f32): void {
  const s = pinned(0, scale), zero = pinned(1, 0);
  for (const end = grad + (<usize>(n & ~3) << 2); grad != end; grad += 16, activation += 16) {
    v128.store(grad, v128.and(f32x4.mul(v128.load(grad), s), f32x4.gt(v128.load(activation), zero)));
  }
  const rest = n & 3;
  if (rest) {
    reluBackward(slotOf(0, grad), activation, 4, scale);
    store3(grad, slot(0), rest);
  }
}

/** out[n] = sum over rows of a[m, n], in order. */
export function sumRows(out: usize, a: usize, m: i32, n: i32): void {
  memory.fill(out, 0, <usize>n << 2);
  for (let i = 0; i < m; i++) {
    add(out, a, n);
    a += <usize>n << 2;
  }
}

function add(out: usize, x: usize, n: i32): void {
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) {
    v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
  }
  for (const end = x + (<usize>(n & 3) << 2); x != end; x += 4, out += 4) store<f32>(out, load<f32>(out) + load<f32>(x));
}

/** out[i] = bytes[i] / divisor, rounded once. */
export function pixels(out: usize, bytes: usize, n: i32, divisor: f32): void {
  const d = pinned(0, divisor);
  for (const end = bytes + <usize>(n & ~3); bytes != end; bytes += 4, out += 16) {
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(bytes)));
    v128.store(out, f32x4.div(f32x4.convert_i32x4_s(words), d));
  }
  for (const end = bytes + <usize>(n & 3); bytes != end; bytes++, out += 4) store<f32>(out, <f32>load<u8>(bytes) / divisor);
}

/** x[i] = value where keep[i], a byte, is 0. */
export function fillWhereZero(x: usize, keep: usize, n: i32, value: f32): void {
  const v = pinned(0, value), zero = pinned(1, 0);
  for (const end = keep + <usize>(n & ~3); keep != end; keep += 4, x += 16) {
    const bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(keep)));
    v128.store(x, v128.bitselect(v, v128.load(x), i32x4.eq(bytes, zero)));
  }
  for (const end = keep + <usize>(n & 3); keep != end; keep++, x += 4) if (!load<u8>(keep)) store<f32>(x, value);
}
