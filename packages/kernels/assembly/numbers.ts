// Float64 arithmetic on arrays, with the same bits as the functions of packages/base. Compiled to dist/numbers.wasm, which has its own memory.

const LOG2E: f64 = 1.4426950408889634;
const LN2: f64 = 0.6931471805599453;
const LN2_HIGH: f64 = 0.69314718036912381649;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** For x between these, 2^k in e^x = 2^k e^r is a normal double. */
const LOWEST: f64 = -708;
const HIGHEST: f64 = 709;
/** Adding this to an integer puts the integer into the lowest bits. */
const MAGIC: f64 = 6755399441055744;

/** x[i] = e^x[i], with the operations of `exp` in base/src/math/exp.ts, so with the same bits. `x` has room for an even count. */
export function expEach(x: usize, n: i32): void {
  for (const end = x + (<usize>n << 3); x < end; x += 16) {
    const v = v128.load(x);
    const normal = v128.and(f64x2.ge(v, f64x2.splat(LOWEST)), f64x2.le(v, f64x2.splat(HIGHEST)));
    if (i64x2.all_true(normal)) v128.store(x, expOfTwo(v));
    else {
      store<f64>(x, expOfOne(load<f64>(x)));
      store<f64>(x, expOfOne(load<f64>(x, 8)), 8);
    }
  }
}

// @ts-ignore: decorator
@inline
function expOfTwo(x: v128): v128 {
  const scaled = f64x2.mul(x, f64x2.splat(LOG2E));
  // Rounds one half up, like Math.round.
  const up = f64x2.ceil(scaled);
  const over = v128.and(f64x2.gt(f64x2.sub(up, f64x2.splat(0.5)), scaled), f64x2.splat(1));
  const k = f64x2.sub(up, over);
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH))), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  const one = f64x2.splat(1);
  let sum = f64x2.add(one, f64x2.div(r, f64x2.splat(17)));
  sum = f64x2.add(one, f64x2.mul(f64x2.mul(r, f64x2.splat(0.0625)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(15)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(14)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(13)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(12)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(11)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(10)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(9)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.mul(r, f64x2.splat(0.125)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(7)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(6)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(5)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.mul(r, f64x2.splat(0.25)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.div(r, f64x2.splat(3)), sum));
  sum = f64x2.add(one, f64x2.mul(f64x2.mul(r, f64x2.splat(0.5)), sum));
  sum = f64x2.add(one, f64x2.mul(r, sum));
  const power = i64x2.shl(i64x2.add(f64x2.add(k, f64x2.splat(MAGIC)), i64x2.splat(1023)), 52);
  return f64x2.mul(sum, power);
}

function expOfOne(x: f64): f64 {
  if (!(x <= 1024 * LN2)) return x != x ? x : Infinity;
  if (x < -1076 * LN2) return 0;
  const scaled = x * LOG2E, up = Math.ceil(scaled);
  const k = up - 0.5 > scaled ? up - 1 : up;
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum: f64 = 1;
  for (let n: f64 = 17; n >= 1; n--) sum = 1 + (r / n) * sum;
  const half = <i64>k / 2;
  return sum * powerOfTwo(half) * powerOfTwo(<i64>k - half);
}

function powerOfTwo(k: i64): f64 {
  return reinterpret<f64>((k + 1023) << 52);
}
