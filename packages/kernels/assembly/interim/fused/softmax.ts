import { expLanes } from '../math/exp';
import { logLanes } from '../math/log';

/** Largest of n numbers. */
function maximum(x: usize, n: i32): f32 {
  let largest = load<f32>(x);
  for (let j = 1; j < n; j++) largest = max(largest, load<f32>(x + (<usize>j << 2)));
  return largest;
}

/** work[0..n) = e^(x - max), padded with zeros to a multiple of four; returns their sum. */
function exponentials(work: usize, x: usize, n: i32, largest: f32): f32 {
  const padded = (n + 3) & ~3;
  for (let j = 0; j < padded; j++) {
    store<f32>(work + (<usize>j << 2), j < n ? load<f32>(x + (<usize>j << 2)) - largest : -Infinity);
  }
  let sum = f32x4.splat(0);
  for (let j = 0; j < padded; j += 4) {
    const e = expLanes(v128.load(work + (<usize>j << 2)));
    v128.store(work + (<usize>j << 2), e);
    sum = f32x4.add(sum, e);
  }
  return (
    f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 2) + (f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3))
  );
}

/** Softmax over each of m rows of n; adds to `out` when `accumulate`. `work` has room for n + 3 numbers. */
export function softmaxRows(out: usize, x: usize, m: i32, n: i32, accumulate: bool, work: usize): void {
  for (let i = 0; i < m; i++, out += <usize>n << 2, x += <usize>n << 2) {
    const sum = exponentials(work, x, n, maximum(x, n));
    for (let j = 0; j < n; j++) {
      const o = <usize>j << 2, p = load<f32>(work + o) / sum;
      store<f32>(out + o, accumulate ? load<f32>(out + o) + p : p);
    }
  }
}

/** Rows whose first largest logit was the label, after {@link crossEntropyRows}. */
let correctRows: i32 = 0;
export function correct(): i32 {
  return correctRows;
}

/**
 * Summed cross-entropy of softmax over m rows of n logits against `labels` (bytes), nats. grad = scale * (softmax - onehot)
 * unless `grad` is 0.
 */
export function crossEntropyRows(
  logits: usize, labels: usize, grad: usize, m: i32, n: i32, scale: f32, work: usize,
): f64 {
  let nll: f64 = 0;
  correctRows = 0;
  for (let i = 0; i < m; i++, logits += <usize>n << 2) {
    const label = <i32>load<u8>(labels + <usize>i);
    const largest = maximum(logits, n), sum = exponentials(work, logits, n, largest);
    const logSum = f32x4.extract_lane(logLanes(f32x4.splat(sum)), 0);
    nll += <f64>logSum - (<f64>load<f32>(logits + (<usize>label << 2)) - <f64>largest);
    let first = 0;
    while (first < n && load<f32>(logits + (<usize>first << 2)) != largest) first++;
    if (first == label) correctRows++;
    if (grad) {
      for (let j = 0; j < n; j++) {
        const p = load<f32>(work + (<usize>j << 2)) / sum;
        store<f32>(grad + (<usize>j << 2), scale * (j == label ? p - 1 : p));
      }
      grad += <usize>n << 2;
    }
  }
  return nll;
}
