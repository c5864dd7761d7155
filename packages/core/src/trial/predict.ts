import type { Ops } from '@bbb/kernels';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Model, Network, Params } from '../model/model.js';
import type { ValidationMetrics } from './result.js';
import type { Examples } from './train.js';

/** Rows per forward pass: large enough to keep the kernels busy, small enough for any memory. */
const CHUNK = 1000;

/** Runs the network over the examples; `use` sees each chunk's logits [rows, classes] and may overwrite them. */
function forEachChunk(
  ops: Ops,
  network: Network,
  examples: Examples,
  use: (logits: Tensor2D, first: number, rows: Uint32Array) => void,
): void {
  for (let first = 0; first < examples.rows.length; first += CHUNK) {
    const rows = examples.rows.subarray(first, first + CHUNK);
    const x = ops.alloc([rows.length, examples.pixels]) as Tensor2D & Tensor;
    let logits: Tensor2D | undefined;
    try {
      ops.gatherPixels(x, examples.images, rows, examples.divisor);
      logits = network.logits(x, first);
      use(logits, first, rows);
    } finally {
      ops.free(x);
      logits?.dispose();
    }
  }
}

/** Class probabilities [examples, classes], row-major. */
export function predictProbabilities(
  ops: Ops,
  network: Network,
  examples: Examples,
  classes: number,
): Float32Array {
  const probabilities = new Float32Array(examples.rows.length * classes);
  forEachChunk(ops, network, examples, (logits, first) => {
    ops.softmax(logits, logits);
    probabilities.set(ops.read(logits), first * classes);
  });
  return probabilities;
}

/** Error and negative log-likelihood: all that model selection looks at. */
export function validate(ops: Ops, network: Network, examples: Examples): ValidationMetrics {
  let nll = 0;
  let correct = 0;
  forEachChunk(ops, network, examples, (logits, _first, rows) => {
    const labels = Uint8Array.from(rows, (row) => examples.labels[row]!);
    const chunk = ops.softmaxCrossEntropy(logits, labels);
    nll += chunk.nll;
    correct += chunk.correct;
  });
  return { error: 1 - correct / examples.rows.length, nll: nll / examples.rows.length };
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
    return validate(ops, network, examples);
  } finally {
    network.dispose();
  }
}
