/** x[i] = min(x[i], limit), or NaN if x[i] is NaN. */
export function atMost(x: usize, n: i32, limit: f32): void {
  const v = f32x4.splat(limit);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16) v128.store(x, f32x4.pmin(v128.load(x), v));
  for (const end = x + (<usize>(n & 3) << 2); x != end; x += 4) {
    if (load<f32>(x) > limit) store<f32>(x, limit);
  }
}
