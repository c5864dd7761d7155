import { checkPositions, expectSize, fail, matrix, sameSize } from './checks.js';
import type { Ops } from './ops.js';

/** The part of {@link checked} for layers. */
export function checkedLayers(
  ops: Ops,
): Pick<Ops, 'matmul' | 'sumRows' | 'relu' | 'tanh' | 'tanhBackward' | 'reluBackward' | 'dropout'> {
  return {
    matmul(out, a, b, options = {}) {
      const [m, k] = matrix('matmul', a, options.transposeA);
      const [inner, n] = matrix('matmul', b, options.transposeB);
      const [rows, columns] = matrix('matmul', out);
      if (k !== inner || rows !== m || columns !== n)
        fail(
          `matmul got [${m}, ${k}] times [${inner}, ${n}] into [${rows}, ${columns}]. Expected [m, k] times [k, n] into [m, n].`,
        );
      if (out === a || out === b) fail('matmul can not write over its own input. Give it another output.');
      if (options.bias) expectSize('the bias of matmul', options.bias, n);
      ops.matmul(out, a, b, options);
    },
    sumRows(out, a) {
      expectSize('sumRows', out, matrix('sumRows', a)[1]);
      ops.sumRows(out, a);
    },
    relu(out, x) {
      sameSize('relu', out, x);
      ops.relu(out, x);
    },
    tanh(out, x) {
      sameSize('tanh', out, x);
      ops.tanh(out, x);
    },
    tanhBackward(grad, activation) {
      sameSize('tanhBackward', grad, activation);
      ops.tanhBackward(grad, activation);
    },
    reluBackward(grad, activation, scale) {
      sameSize('reluBackward', grad, activation);
      ops.reluBackward(grad, activation, scale);
    },
    dropout(out, x, p, key, positions = 1) {
      sameSize('dropout', out, x);
      checkPositions('dropout', x, positions);
      if (!(p >= 0 && p < 1)) fail(`dropout got p = ${p}; expected 0 <= p < 1.`);
      ops.dropout(out, x, p, key, positions);
    },
  };
}

/** The part of {@link checked} for softmax and its loss. */
export function checkedSoftmax(ops: Ops): Pick<Ops, 'softmaxCrossEntropy' | 'softmax'> {
  return {
    softmaxCrossEntropy(logits, labels, grad, scale = 1) {
      const [rows, classes] = matrix('softmaxCrossEntropy', logits);
      if (labels.length !== rows)
        fail(
          `softmaxCrossEntropy got ${labels.length} labels for ${rows} rows. Expected one label for each row.`,
        );
      for (const label of labels)
        if (label >= classes) fail(`softmaxCrossEntropy got label ${label}. Expected 0 to ${classes - 1}.`);
      if (grad) sameSize('softmaxCrossEntropy', grad, logits);
      return ops.softmaxCrossEntropy(logits, labels, grad, scale);
    },
    softmax(out, logits) {
      matrix('softmax', logits);
      sameSize('softmax', out, logits);
      ops.softmax(out, logits);
    },
  };
}
