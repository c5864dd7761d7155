import { madd } from '../simd';

export function maddDemo(out: usize, a: usize, b: usize, c: usize): void {
  v128.store(out, madd(v128.load(a), v128.load(b), v128.load(c)));
}
