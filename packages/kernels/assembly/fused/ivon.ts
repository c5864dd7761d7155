import { madd } from '../simd';
import { BLOCK, buffer, pinned, restOf, slot, store3 } from '../workspace';

/**
 * One step of IVON; see Ops.updateIvon in src/ops.ts. The caller gives either `w`, or `product` with grad (w - mu); the other one is 0.
 * Nothing is read after the end of an operand.
 */
export function updateIvon(
  mu: usize, variance: usize, momentum: usize, w: usize, product: usize, grad: usize, n: i32,
  decay: f32, gain: f32, curvature: f32, priorPrecision: f32, memory: f32, rate: f32, pull: f32,
): void {
  const whole = n & ~3, rest = n & 3, at = <usize>whole << 2;
  for (let first = 0; first < whole; first += BLOCK) {
    const count = min(BLOCK, whole - first), offset = <usize>first << 2;
    let p = product + offset;
    if (w) {
      products(buffer(0), w + offset, mu + offset, grad + offset, count);
      p = buffer(0);
    }
    step(mu + offset, variance + offset, momentum + offset, p, grad + offset, count,
      decay, gain, curvature, priorPrecision, memory, rate, pull);
  }
  if (!rest) return;
  updateIvon(
    restOf(0, mu + at, rest), restOf(1, variance + at, rest), restOf(2, momentum + at, rest), w ? restOf(3, w + at, rest) : 0,
    w ? 0 : restOf(4, product + at, rest), restOf(5, grad + at, rest), 4,
    decay, gain, curvature, priorPrecision, memory, rate, pull,
  );
  store3(mu + at, slot(0), rest);
  store3(variance + at, slot(1), rest);
  store3(momentum + at, slot(2), rest);
}

function products(to: usize, w: usize, mu: usize, grad: usize, n: i32): void {
  for (const end = w + (<usize>n << 2); w != end; w += 16, mu += 16, grad += 16, to += 16) {
    v128.store(to, f32x4.mul(f32x4.sub(v128.load(w), v128.load(mu)), v128.load(grad)));
  }
}

/**
 * m = decay m + gain grad; r = memory (curvature product + priorPrecision v - 1); v /= 1 + r + r^2 / 2, which at most doubles v;
 * mu -= v (rate m + pull mu).
 */
function step(
  mu: usize, variance: usize, momentum: usize, product: usize, grad: usize, n: i32,
  decay: f32, gain: f32, curvature: f32, priorPrecision: f32, memory: f32, rate: f32, pull: f32,
): void {
  const d = pinned(0, decay), g = pinned(1, gain), c = pinned(2, curvature), p = pinned(3, priorPrecision), b = pinned(4, memory);
  const a = pinned(5, rate), l = pinned(6, pull), one = pinned(7, 1), half = pinned(8, 0.5);
  for (const end = mu + (<usize>n << 2); mu != end; mu += 16, variance += 16, momentum += 16, product += 16, grad += 16) {
    const m = f32x4.add(f32x4.mul(d, v128.load(momentum)), f32x4.mul(g, v128.load(grad)));
    v128.store(momentum, m);
    const v = v128.load(variance);
    const r = f32x4.mul(b, f32x4.sub(madd(c, v128.load(product), f32x4.mul(p, v)), one));
    const next = f32x4.div(v, madd(r, madd(r, half, one), one));
    v128.store(variance, next);
    const x = v128.load(mu);
    v128.store(mu, f32x4.sub(x, f32x4.mul(next, madd(a, m, f32x4.mul(l, x)))));
  }
}
