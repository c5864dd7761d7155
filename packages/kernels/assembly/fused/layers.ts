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

/** How many rows are summed at a time. Those of a narrow matrix stay in the first-level cache while all columns are read. */
const SUMMED_ROWS: i32 = 64;

/** out[n] = the sum over the rows of a[m, n], in their order. */
export function sumRows(out: usize, a: usize, m: i32, n: i32): void {
  sumColumns(out, a, m, n, n);
}

/** out[j] = the sum of column j, added row by row, for `n` columns of a matrix whose rows are `width` numbers apart. */
export function sumColumns(out: usize, a: usize, m: i32, n: i32, width: i32): void {
  const stride = <usize>width << 2, row = <usize>n << 2;
  memory.fill(out, 0, row);
  for (let i = 0; i < m; i += SUMMED_ROWS) {
    const end = a + <usize>min(SUMMED_ROWS, m - i) * stride;
    let j: usize = 0;
    for (; j + 64 <= row; j += 64) addSixteen(out + j, a + j, end + j, stride);
    for (; j + 16 <= row; j += 16) addFour(out + j, a + j, end + j, stride);
    for (; j != row; j += 4) {
      let sum = load<f32>(out + j);
      for (let p = a + j; p != end + j; p += stride) sum += load<f32>(p);
      store<f32>(out + j, sum);
    }
    a = end;
  }
}

function addSixteen(out: usize, p: usize, end: usize, stride: usize): void {
  let s0 = v128.load(out), s1 = v128.load(out, 16), s2 = v128.load(out, 32), s3 = v128.load(out, 48);
  for (; p != end; p += stride) {
    s0 = f32x4.add(s0, v128.load(p));
    s1 = f32x4.add(s1, v128.load(p, 16));
    s2 = f32x4.add(s2, v128.load(p, 32));
    s3 = f32x4.add(s3, v128.load(p, 48));
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

function addFour(out: usize, p: usize, end: usize, stride: usize): void {
  let sum = v128.load(out);
  for (; p != end; p += stride) sum = f32x4.add(sum, v128.load(p));
  v128.store(out, sum);
}

/** out[i] = bytes[i] / divisor, rounded once. Most pixels of a digit are 0, so groups of sixteen zeros skip the division. */
export function pixels(out: usize, bytes: usize, n: i32, divisor: f32): void {
  const d = pinned(0, divisor), zero = pinned(1, 0);
  for (const end = bytes + <usize>(n & ~15); bytes != end; bytes += 16, out += 64) {
    const sixteen = v128.load(bytes);
    if (!v128.any_true(sixteen)) {
      v128.store(out, zero);
      v128.store(out, zero, 16);
      v128.store(out, zero, 32);
      v128.store(out, zero, 48);
      continue;
    }
    const low = i16x8.extend_low_i8x16_u(sixteen), high = i16x8.extend_high_i8x16_u(sixteen);
    v128.store(out, f32x4.div(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)), d));
    v128.store(out, f32x4.div(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), d), 16);
    v128.store(out, f32x4.div(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), d), 32);
    v128.store(out, f32x4.div(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), d), 48);
  }
  for (const end = bytes + <usize>(n & 15); bytes != end; bytes++, out += 4) store<f32>(out, <f32>load<u8>(bytes) / divisor);
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
