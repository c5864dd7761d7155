import { pinned, slot, slotOf, store3 } from '../workspace';

/** The update rules. src/wasm-ops/optimizer.ts uses the same numbers, and computes the constants. */
export const SGD: i32 = 0;
export const MOMENTUM: i32 = 1;
export const ADAM: i32 = 2;

/** One step of a rule on x with gradient g and moments m and v. The functions below say what the constants mean. */
export function descend(
  x: usize, m: usize, v: usize, g: usize, n: i32,
  rule: i32, rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  if (rule == SGD) sgd(x, g, n, rate);
  else if (rule == MOMENTUM) momentum(x, m, g, n, rate, decay1);
  else adam(x, m, v, g, n, rate, decay1, gain1, decay2, gain2, correction, epsilon);
}

/** x -= rate g */
function sgd(x: usize, g: usize, n: i32, rate: f32): void {
  const vRate = pinned(0, rate);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, g += 16) {
    v128.store(x, f32x4.sub(v128.load(x), f32x4.mul(vRate, v128.load(g))));
  }
  const rest = n & 3;
  if (rest) {
    sgd(slotOf(0, x), g, 4, rate);
    store3(x, slot(0), rest);
  }
}

/** v = decay v + g; x -= rate v */
function momentum(x: usize, v: usize, g: usize, n: i32, rate: f32, decay: f32): void {
  const vRate = pinned(0, rate), vDecay = pinned(1, decay);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, v += 16, g += 16) {
    const velocity = f32x4.add(f32x4.mul(vDecay, v128.load(v)), v128.load(g));
    v128.store(v, velocity);
    v128.store(x, f32x4.sub(v128.load(x), f32x4.mul(vRate, velocity)));
  }
  const rest = n & 3;
  if (rest) {
    momentum(slotOf(0, x), slotOf(1, v), g, 4, rate, decay);
    store3(x, slot(0), rest);
    store3(v, slot(1), rest);
  }
}

/** One vector of {@link adam} for a given gradient. */
// @ts-ignore: decorator
@inline
export function adamStep(
  x: usize, m: usize, v: usize, gradient: v128,
  rate: v128, decay1: v128, gain1: v128, decay2: v128, gain2: v128, correction: v128, epsilon: v128,
): void {
  const first = f32x4.add(f32x4.mul(decay1, v128.load(m)), f32x4.mul(gain1, gradient));
  const second = f32x4.add(f32x4.mul(decay2, v128.load(v)), f32x4.mul(gain2, f32x4.mul(gradient, gradient)));
  v128.store(m, first);
  v128.store(v, second);
  const step = f32x4.div(f32x4.mul(rate, first), f32x4.add(f32x4.sqrt(f32x4.mul(second, correction)), epsilon));
  v128.store(x, f32x4.sub(v128.load(x), step));
}

/** m = decay1 m + gain1 g; v = decay2 v + gain2 g^2; x -= rate m / (sqrt(v correction) + epsilon). `rate` includes the bias correction of m. */
function adam(
  x: usize, m: usize, v: usize, g: usize, n: i32,
  rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  const vRate = pinned(0, rate), d1 = pinned(1, decay1), g1 = pinned(2, gain1), d2 = pinned(3, decay2), g2 = pinned(4, gain2);
  const c = pinned(5, correction), eps = pinned(6, epsilon);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, m += 16, v += 16, g += 16) {
    adamStep(x, m, v, v128.load(g), vRate, d1, g1, d2, g2, c, eps);
  }
  const rest = n & 3;
  if (rest) {
    adam(slotOf(0, x), slotOf(1, m), slotOf(2, v), g, 4, rate, decay1, gain1, decay2, gain2, correction, epsilon);
    store3(x, slot(0), rest);
    store3(m, slot(1), rest);
    store3(v, slot(2), rest);
  }
}
