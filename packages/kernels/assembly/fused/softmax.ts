import { exp } from '../math/exp';
import { log } from '../math/log';

/**
 * to = e^(x - largest of the row), sums[r] = the sum of the row, at least 1; `largest` gets the rows' largest. `to` may be `x`.
 * NaN and +Infinity in a row make its sum NaN.
 */
export function exponentials(to: usize, sums: usize, largest: usize, x: usize, rows: i32, classes: i32): void {
  const width = <usize>classes << 2;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const top = largestOf(x + r * width, classes);
    store<f32>(largest + (r << 2), top);
    for (let c: usize = 0; c < width; c += 4) store<f32>(to + r * width + c, load<f32>(x + r * width + c) - top);
  }
  exp(to, to, rows * classes);
  for (let r: usize = 0; r < <usize>rows; r++) {
    let sum: f64 = 0;
    for (let c: usize = 0; c < width; c += 4) sum += load<f32>(to + r * width + c);
    store<f32>(sums + (r << 2), <f32>sum);
  }
}

function largestOf(x: usize, n: i32): f32 {
  let largest = load<f32>(x);
  for (let i: usize = 1; i < <usize>n; i++) largest = max(largest, load<f32>(x + (i << 2)));
  return largest;
}

/** out = softmax over rows. `work` has room for rows * (classes + 2) floats. */
export function softmax(out: usize, x: usize, rows: i32, classes: i32, work: usize): void {
  const sums = work + (<usize>(rows * classes) << 2);
  exponentials(work, sums, sums + (<usize>rows << 2), x, rows, classes);
  for (let r = 0; r < rows; r++) {
    const sum = load<f32>(sums + (<usize>r << 2));
    for (let c = 0; c < classes; c++) {
      store<f32>(out, load<f32>(work) / sum);
      work += 4;
      out += 4;
    }
  }
}

/**
 * Sum over rows of -log softmax(x)[label], in double precision; `grad`, unless 0, gets scale * (softmax - onehot) and may be `x`.
 * `work` has room for rows * (classes + 3) floats.
 */
export function crossEntropy(
  x: usize, labels: usize, grad: usize, rows: i32, classes: i32, scale: f32, work: usize,
): f64 {
  const bytes = <usize>rows << 2;
  const logs = work + (<usize>(rows * classes) << 2), largest = logs + bytes, own = largest + bytes;
  crossEntropyOfRows(x, labels, grad, rows, classes, scale, work, logs, largest, own);
  return sumOfCrossEntropy(logs, largest, own, rows);
}

/**
 * What {@link crossEntropy} does row by row: the gradient, and what the sum is made of, each [rows]: the logarithm of the row's sum of
 * exponentials, its largest element and its label's. `work` has room for rows * classes floats. Threads take some rows each.
 */
export function crossEntropyOfRows(
  x: usize, labels: usize, grad: usize, rows: i32, classes: i32, scale: f32, work: usize,
  logs: usize, largest: usize, own: usize,
): void {
  exponentials(work, logs, largest, x, rows, classes);
  // Before the gradient, which may take the place of x.
  for (let r: usize = 0; r < <usize>rows; r++) {
    store<f32>(own + (r << 2), load<f32>(x + ((r * classes + load<u8>(labels + r)) << 2)));
  }
  if (grad) {
    for (let r = 0; r < rows; r++) {
      const sum = load<f32>(logs + (<usize>r << 2)), label = <i32>load<u8>(labels + r);
      for (let c = 0; c < classes; c++) {
        const p = load<f32>(work) / sum;
        store<f32>(grad, scale * (c == label ? p - 1 : p));
        work += 4;
        grad += 4;
      }
    }
  }
  log(logs, logs, rows);
}

/** The sum over rows of what {@link crossEntropyOfRows} left of each, always in the order of the rows. */
export function sumOfCrossEntropy(logs: usize, largest: usize, own: usize, rows: i32): f64 {
  let nll: f64 = 0;
  for (let r: usize = 0; r < <usize>rows << 2; r += 4) {
    nll += <f64>load<f32>(largest + r) - <f64>load<f32>(own + r);
  }
  for (let r: usize = 0; r < <usize>rows << 2; r += 4) nll += load<f32>(logs + r);
  return nll;
}

/** Rows whose largest element, the first one at a tie, is the label's. */
export function countCorrect(x: usize, labels: usize, rows: i32, classes: i32): i32 {
  let correct = 0;
  for (let r = 0; r < rows; r++) {
    const label = <i32>load<u8>(labels + r);
    const own = load<f32>(x + (<usize>label << 2));
    let largest = own == own;
    for (let c = 0; c < classes; c++) {
      const other = load<f32>(x + (<usize>c << 2));
      if (c < label ? !(other < own) : !(other <= own)) largest = false;
    }
    correct += i32(largest);
    x += <usize>classes << 2;
  }
  return correct;
}
