import type { Ops } from '@bbb/kernels';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { logSoftmax } from '../metrics/log-softmax.js';
import { nllOfLogs } from '../metrics/scores.js';
import { argmax } from '../metrics/shape.js';
import type { Model, Network, Params } from '../model/model.js';
import type { ValidationMetrics } from './result.js';
import type { Examples } from './train.js';

/** Rows per forward pass: large enough to keep the kernels busy, small enough for any memory. */
const CHUNK = 1000;

/** Runs the network over the examples; `use` sees each chunk's logits [rows, classes]. */
function forEachChunk(
  ops: Ops,
  network: Network,
  examples: Examples,
  use: (logits: Tensor2D, first: number) => void,
): void {
  for (let first = 0; first < examples.rows.length; first += CHUNK) {
    const rows = examples.rows.subarray(first, first + CHUNK);
    const x = ops.alloc([rows.length, examples.pixels]) as Tensor2D & Tensor;
    let logits: Tensor2D | undefined;
    try {
      ops.gatherPixels(x, examples.images, rows, examples.divisor);
      logits = network.logits(x, first);
      use(logits, first);
    } finally {
      ops.free(x);
      logits?.dispose();
    }
  }
}

/** Logits [examples, classes], row-major, as the network gave them. */
export function predictLogits(
  ops: Ops,
  network: Network,
  examples: Examples,
  classes: number,
): Float32Array | Float64Array {
  const all = ops.name === 'reference' ? Float64Array : Float32Array;
  const logits = new all(examples.rows.length * classes);
  forEachChunk(ops, network, examples, (chunk, first) => logits.set(ops.read(chunk), first * classes));
  return logits;
}

/**
 * Error and negative log-likelihood: all that model selection looks at. Both are what
 * `categoricalMetrics` would say of the same examples.
 */
export function validate(ops: Ops, network: Network, examples: Examples, classes: number): ValidationMetrics {
  const labels = Uint8Array.from(examples.rows, (row) => examples.labels[row]!);
  const logits = predictLogits(ops, network, examples, classes);
  // A network that diverged is told by its NLL: the epoch is reported all the same.
  if (!logits.every(Number.isFinite)) return { error: 1, nll: NaN };
  const logs = logSoftmax(logits, classes);
  const correct = labels.reduce((n, label, i) => n + (argmax(logits, i, classes) === label ? 1 : 0), 0);
  return { error: 1 - correct / labels.length, nll: nllOfLogs(logs, labels, classes) };
}

/** {@link validate} of the mean network; undefined without examples. */
export function validateMean(
  ops: Ops,
  model: Model,
  params: Params,
  examples: Examples,
): ValidationMetrics | undefined {
  if (examples.rows.length === 0) return undefined;
  const network = model.draw(params, 'mean');
  try {
    return validate(ops, network, examples, model.architecture.classes);
  } finally {
    network.dispose();
  }
}
