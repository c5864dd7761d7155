import { exponentials } from '../fused/softmax';
import { log } from '../math/log';

/** out = log softmax over rows. `work` has room for rows * (classes + 2) floats. */
export function logSoftmax(out: usize, x: usize, rows: i32, classes: i32, work: usize): void {
  const sums = work + (<usize>(rows * classes) << 2), largest = sums + (<usize>rows << 2);
  exponentials(work, sums, largest, x, rows, classes);
  log(sums, sums, rows);
  for (let r: usize = 0; r < <usize>rows; r++) {
    const top = load<f32>(largest + (r << 2)), logSum = load<f32>(sums + (r << 2));
    for (let c = 0; c < classes; c++) {
      store<f32>(out, load<f32>(x) - top - logSum);
      x += 4;
      out += 4;
    }
  }
}
