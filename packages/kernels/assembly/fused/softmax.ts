import { exp } from '../math/exp';
import { log } from '../math/log';

/**
 * to = e^(x - largest of the row); sums[r] = the sum of row r of `to`, at least 1; largest[r] = the largest of row r of `x`. `to` may be `x`.
 * If a row contains NaN or +Infinity, its sum is NaN.
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
 * Sum over rows of -log softmax(x)[label], in double precision. grad = scale * (softmax - onehot) if `grad` is not 0; it may be `x`.
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
 * The part of {@link crossEntropy} that threads share: each thread takes some rows. Computes the gradient and, for each row, the terms of
 * the sum: the logarithm of its sum of exponentials, its largest element and its label's element. `work` has room for rows * classes floats.
 */
export function crossEntropyOfRows(
  x: usize, labels: usize, grad: usize, rows: i32, classes: i32, scale: f32, work: usize,
  logs: usize, largest: usize, own: usize,
): void {
  exponentials(work, logs, largest, x, rows, classes);
  // This loop comes before the gradient, because `grad` may be `x`.
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

/** Adds up the terms of {@link crossEntropyOfRows}, always in the order of the rows. */
export function sumOfCrossEntropy(logs: usize, largest: usize, own: usize, rows: i32): f64 {
  let nll: f64 = 0;
  for (let r: usize = 0; r < <usize>rows << 2; r += 4) {
    nll += <f64>load<f32>(largest + r) - <f64>load<f32>(own + r);
  }
  for (let r: usize = 0; r < <usize>rows << 2; r += 4) nll += load<f32>(logs + r);
  return nll;
}

/** Counts the rows whose largest element (the first one if several are equal) is the label's. */
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
