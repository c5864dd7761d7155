import { pinned, restOf, slot, store3 } from '../workspace';

/** out = max(x, 0), or NaN if x is NaN. */
export function relu(out: usize, x: usize, n: i32): void {
  const zero = pinned(0, 0);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) v128.store(out, f32x4.max(v128.load(x), zero));
  for (const end = x + (<usize>(n & 3) << 2); x != end; x += 4, out += 4) store<f32>(out, max<f32>(load<f32>(x), 0));
}

/** grad *= 1 - y^2 */
export function tanhBackward(grad: usize, y: usize, n: i32): void {
  const one = pinned(0, 1);
  for (const end = y + (<usize>(n & ~3) << 2); y != end; y += 16, grad += 16) {
    const t = v128.load(y);
    v128.store(grad, f32x4.mul(v128.load(grad), f32x4.sub(one, f32x4.mul(t, t))));
  }
  const rest = n & 3;
  if (rest) {
    tanhBackward(restOf(0, grad, rest), restOf(1, y, rest), 4);
    store3(grad, slot(0), rest);
  }
}
