import { splat } from '../math/splat';

// Optimiser kinds, as src/wasm-ops passes them.
export const SGD: i32 = 0;
export const MOMENTUM: i32 = 1;
export const ADAM: i32 = 2;

/**
 * Moves four parameters by one step with gradient g, and their moments. SGD: `rate` and `a` = momentum. Adam: `rate` is
 * the learning rate over its bias correction, `a` beta1, `b` beta2, `c` 1 / sqrt of the second bias correction, `d` epsilon.
 */
// @ts-ignore: decorator
@inline
export function stepLanes(
  kind: i32, at: usize, m: usize, v: usize, g: v128, rate: f32, a: f32, b: f32, c: f32, d: f32,
): void {
  let move = g;
  if (kind == MOMENTUM) {
    move = f32x4.add(f32x4.mul(v128.load(m), splat(a)), g);
    v128.store(m, move);
  } else if (kind == ADAM) {
    const first = f32x4.add(f32x4.mul(v128.load(m), splat(a)), f32x4.mul(g, splat(<f32>1 - a)));
    const second = f32x4.add(f32x4.mul(v128.load(v), splat(b)), f32x4.mul(f32x4.mul(g, g), splat(<f32>1 - b)));
    v128.store(m, first);
    v128.store(v, second);
    move = f32x4.div(first, f32x4.add(f32x4.mul(f32x4.sqrt(second), splat(c)), splat(d)));
  }
  v128.store(at, f32x4.sub(v128.load(at), f32x4.mul(move, splat(rate))));
}
