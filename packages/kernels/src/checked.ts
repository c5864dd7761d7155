import { KernelError } from './errors.js';
import { checkedImages } from './checked-images.js';
import type { Gaussian, GaussianSample, LocalGradients, Operand, Ops } from './ops.js';
import type { Prior } from './prior.js';
import { momentCount, type OptimizerStep } from './optimizer.js';

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** The same ops; operands whose shapes do not fit throw `KERNEL_SHAPE` before anything is written. */
export function checked(ops: Ops): Ops {
  return {
    ...ops,
    ...checkedImages(ops),
    write(x, values) {
      expectSize('write', x, values.length);
      ops.write(x, values);
    },
    copy(out, x) {
      sameSize('copy', out, x);
      ops.copy(out, x);
    },
    fillWhereZero(x, keep, value) {
      expectSize('fillWhereZero', x, keep.length);
      ops.fillWhereZero(x, keep, value);
    },
    gatherPixels(out, images, rows, divisor) {
      const pixels = sizeOf(out.shape) / rows.length;
      const count = images.length / pixels;
      if (rows.length > 0 && (out.shape[0] !== rows.length || !Number.isInteger(count)))
        fail(
          `gatherPixels got ${images.length} bytes of images, ${rows.length} rows and an output of [${out.shape.join(', ')}]. ` +
            'Expected an output of [rows, pixels] and whole images.',
        );
      for (let r = 0; r < rows.length; r++) {
        const row = rows[r]!;
        if (!(row >= 0 && row < count)) fail(`gatherPixels got row ${row}; there are ${count} images.`);
      }
      ops.gatherPixels(out, images, rows, divisor);
    },
    matmul(out, a, b, options = {}) {
      const [m, k] = matrix('matmul', a, options.transposeA);
      const [inner, n] = matrix('matmul', b, options.transposeB);
      const [rows, columns] = matrix('matmul', out);
      if (k !== inner || rows !== m || columns !== n)
        fail(`matmul got [${m}, ${k}] times [${inner}, ${n}] into [${rows}, ${columns}].`);
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
    softmaxCrossEntropy(logits, labels, grad, scale = 1) {
      const [rows, classes] = matrix('softmaxCrossEntropy', logits);
      if (labels.length !== rows) fail(`softmaxCrossEntropy got ${labels.length} labels for ${rows} rows.`);
      for (const label of labels)
        if (label >= classes) fail(`softmaxCrossEntropy got label ${label}; there are ${classes} classes.`);
      if (grad) sameSize('softmaxCrossEntropy', grad, logits);
      return ops.softmaxCrossEntropy(logits, labels, grad, scale);
    },
    softmax(out, logits) {
      matrix('softmax', logits);
      sameSize('softmax', out, logits);
      ops.softmax(out, logits);
    },
    log(out, x) {
      sameSize('log', out, x);
      ops.log(out, x);
    },
    sigmoid(out, x) {
      sameSize('sigmoid', out, x);
      ops.sigmoid(out, x);
    },
    square(out, x) {
      sameSize('square', out, x);
      ops.square(out, x);
    },
    subtract(out, a, b) {
      sameSize('subtract', out, a);
      sameSize('subtract', a, b);
      ops.subtract(out, a, b);
    },
    multiply(out, a, b) {
      sameSize('multiply', out, a);
      sameSize('multiply', a, b);
      ops.multiply(out, a, b);
    },
    addProduct(out, a, b, scale) {
      sameSize('addProduct', out, a);
      sameSize('addProduct', a, b);
      ops.addProduct(out, a, b, scale);
    },
    multiplySigns(out, x, key, positions = 1, accumulate = false) {
      sameSize('multiplySigns', out, x);
      checkPositions('multiplySigns', x, positions);
      ops.multiplySigns(out, x, key, positions, accumulate);
    },
    sampleActivations(out, mean, variance, key, slope) {
      sameSize('sampleActivations', out, mean);
      sameSize('sampleActivations', mean, variance);
      if (slope) sameSize('sampleActivations', mean, slope);
      ops.sampleActivations(out, mean, variance, key, slope);
    },
    concreteMask(out, p, temperature, key, positions = 1) {
      checkPositions('concreteMask', out, positions);
      if (!(p > 0 && p < 1)) fail(`concreteMask got p = ${p}; expected 0 < p < 1.`);
      if (!(temperature > 0)) fail(`concreteMask got the temperature ${temperature}; expected one above 0.`);
      ops.concreteMask(out, p, temperature, key, positions);
    },
    softplus(out, rho) {
      sameSize('softplus', out, rho);
      ops.softplus(out, rho);
    },
    variance(out, rho, ratio) {
      sameSize('variance', out, rho);
      if (ratio) sameSize('variance', out, ratio);
      ops.variance(out, rho, ratio);
    },
    sampleGaussian(w, posterior, key) {
      checkGaussian('sampleGaussian', posterior, w);
      ops.sampleGaussian(w, posterior, key);
    },
    gaussianGradients(gMu, gRho, posterior, sample, scale, accumulate) {
      checkSample('gaussianGradients', posterior, sample);
      sameSize('gaussianGradients', gMu, posterior.mu);
      sameSize('gaussianGradients', gRho, posterior.mu);
      ops.gaussianGradients(gMu, gRho, posterior, sample, scale, accumulate);
    },
    updateGaussian(posterior, update) {
      checkSample('updateGaussian', posterior, update);
      checkMoments('updateGaussian', posterior.mu, update.rule, update.muMoments);
      checkMoments('updateGaussian', posterior.mu, update.rule, update.rhoMoments);
      ops.updateGaussian(posterior, update);
    },
    localGradients(gMu, gRho, posterior, gradients, scale, accumulate) {
      checkLocal('localGradients', posterior, gradients);
      sameSize('localGradients', gMu, posterior.mu);
      sameSize('localGradients', gRho, posterior.mu);
      ops.localGradients(gMu, gRho, posterior, gradients, scale, accumulate);
    },
    updateLocal(posterior, update) {
      checkLocal('updateLocal', posterior, update);
      checkMoments('updateLocal', posterior.mu, update.rule, update.muMoments);
      checkMoments('updateLocal', posterior.mu, update.rule, update.rhoMoments);
      ops.updateLocal(posterior, update);
    },
    updateIvon(posterior, update) {
      const { w, product } = update;
      if (!w === !product) fail('updateIvon takes one of w and product.');
      for (const x of [posterior.variance, update.momentum, update.grad, w ?? product!])
        sameSize('updateIvon', posterior.mu, x);
      ops.updateIvon(posterior, update);
    },
    gaussianKl(posterior, prior) {
      sameSize('gaussianKl', posterior.mu, posterior.rho);
      checkClosedForm('gaussianKl', prior);
      return ops.gaussianKl(posterior, prior);
    },
    logPrior(w, prior) {
      checkDensity('logPrior', prior);
      return ops.logPrior(w, prior);
    },
    complexityCost(posterior, w, key, prior) {
      checkGaussian('complexityCost', posterior, w);
      checkDensity('complexityCost', prior);
      return ops.complexityCost(posterior, w, key, prior);
    },
    updatePoint(w, update) {
      sameSize('updatePoint', w, update.grad);
      checkDensity('updatePoint', update.prior);
      checkMoments('updatePoint', w, update.rule, update.moments);
      ops.updatePoint(w, update);
    },
  };
}

function fail(message: string): never {
  throw new KernelError('KERNEL_SHAPE', message);
}

function expectSize(what: string, { shape }: Operand, size: number): void {
  if (sizeOf(shape) !== size)
    fail(`${what} got an operand of shape [${shape.join(', ')}] where ${size} numbers fit.`);
}

function sameSize(op: string, a: Operand, b: Operand): void {
  if (sizeOf(a.shape) !== sizeOf(b.shape))
    fail(
      `${op} got operands of shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}]; they must have the same size.`,
    );
}

/** [rows, columns], read as the transpose or not. */
function matrix(op: string, { shape }: Operand, transpose = false): [number, number] {
  if (shape.length !== 2) fail(`${op} takes matrices; got shape [${shape.join(', ')}].`);
  const [rows = 0, columns = 0] = shape;
  return transpose ? [columns, rows] : [rows, columns];
}

function checkGaussian(op: string, { mu, rho }: Gaussian, w: Operand): void {
  sameSize(op, mu, rho);
  sameSize(op, mu, w);
}

function checkSample(op: string, posterior: Gaussian, { w, grad, noiseGrad, prior }: GaussianSample): void {
  checkDensity(op, prior);
  checkGaussian(op, posterior, w);
  sameSize(op, w, grad);
  if (noiseGrad) sameSize(op, w, noiseGrad);
}

function checkLocal(
  op: string,
  posterior: Gaussian,
  { meanGrad, varianceGrad, spread, prior }: LocalGradients,
): void {
  if (spread) for (const known of [spread.variance, spread.ratio]) sameSize(op, known, posterior.mu);
  checkGaussian(op, posterior, meanGrad);
  sameSize(op, meanGrad, varianceGrad);
  checkClosedForm(op, prior);
}

function checkClosedForm(op: string, prior: Prior): void {
  if (prior.kind !== 'gaussian' && prior.kind !== 'log-uniform')
    throw new KernelError(
      'KERNEL_PRIOR',
      `${op} got the prior '${prior.kind}', whose KL divergence has no closed form. Expected 'gaussian' or 'log-uniform'.`,
    );
}

function checkDensity(op: string, prior: Prior): void {
  if (prior.kind === 'log-uniform')
    throw new KernelError(
      'KERNEL_PRIOR',
      `${op} got the prior 'log-uniform', which has no density. Its KL is taken in closed form: use localGradients, updateLocal or gaussianKl.`,
    );
}

/** Whether x is [examples, positions, channels] in memory. */
function checkPositions(op: string, { shape }: Operand, positions: number): void {
  const each = sizeOf(shape.slice(1));
  if (!Number.isSafeInteger(positions) || positions < 1 || each % positions !== 0)
    fail(
      `${op} got ${positions} positions for an operand of shape [${shape.join(', ')}], of ${each} numbers an example.`,
    );
}

function checkMoments(
  op: string,
  parameter: Operand,
  rule: OptimizerStep,
  moments: readonly Operand[],
): void {
  if (moments.length !== momentCount(rule))
    fail(`${op} got ${moments.length} moments; ${rule.kind} needs ${momentCount(rule)}.`);
  for (const moment of moments) sameSize(op, parameter, moment);
}
