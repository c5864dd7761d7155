import { KernelError } from './errors.js';
import type { Gaussian, GaussianSample, LocalGradients, Operand } from './ops.js';
import { momentCount, type OptimizerStep } from './optimizer.js';
import type { Prior } from './prior.js';
import { sizeOf } from './size.js';

export function fail(message: string): never {
  throw new KernelError('KERNEL_SHAPE', message);
}

export function expectSize(what: string, { shape }: Operand, size: number): void {
  if (sizeOf(shape) !== size)
    fail(`${what} got an operand of shape [${shape.join(', ')}] of another size. Expected ${size} numbers.`);
}

export function sameSize(op: string, a: Operand, b: Operand): void {
  if (sizeOf(a.shape) !== sizeOf(b.shape))
    fail(
      `${op} got operands of shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}]; expected the same size.`,
    );
}

/** [rows, columns] of the matrix, or of its transpose. */
export function matrix(op: string, { shape }: Operand, transpose = false): [number, number] {
  if (shape.length !== 2) fail(`${op} got shape [${shape.join(', ')}]. Expected a matrix.`);
  const [rows = 0, columns = 0] = shape;
  return transpose ? [columns, rows] : [rows, columns];
}

export function checkGaussian(op: string, { mu, rho }: Gaussian, w: Operand): void {
  sameSize(op, mu, rho);
  sameSize(op, mu, w);
}

export function checkSample(
  op: string,
  posterior: Gaussian,
  { w, grad, noiseGrad, prior }: GaussianSample,
): void {
  checkDensity(op, prior);
  checkGaussian(op, posterior, w);
  sameSize(op, w, grad);
  if (noiseGrad) sameSize(op, w, noiseGrad);
}

export function checkLocal(
  op: string,
  posterior: Gaussian,
  { meanGrad, varianceGrad, spread, prior }: LocalGradients,
): void {
  if (spread) for (const known of [spread.variance, spread.ratio]) sameSize(op, known, posterior.mu);
  checkGaussian(op, posterior, meanGrad);
  sameSize(op, meanGrad, varianceGrad);
  checkClosedForm(op, prior);
}

export function checkClosedForm(op: string, prior: Prior): void {
  if (prior.kind !== 'gaussian' && prior.kind !== 'log-uniform')
    throw new KernelError(
      'KERNEL_PRIOR',
      `${op} got the prior '${prior.kind}', whose KL divergence has no closed form. Use 'gaussian' or 'log-uniform'.`,
    );
}

export function checkDensity(op: string, prior: Prior): void {
  if (prior.kind === 'log-uniform')
    throw new KernelError(
      'KERNEL_PRIOR',
      `${op} got the prior 'log-uniform', which has no density. Use localGradients, updateLocal or gaussianKl, which take its KL in closed form.`,
    );
}

/** Whether x is [examples, positions, channels] in memory. */
export function checkPositions(op: string, { shape }: Operand, positions: number): void {
  const each = sizeOf(shape.slice(1));
  if (!Number.isSafeInteger(positions) || positions < 1 || each % positions !== 0)
    fail(
      `${op} got ${positions} positions for an operand of shape [${shape.join(', ')}]. Expected a whole number from 1 that divides the ${each} numbers of an example.`,
    );
}

export function checkMoments(
  op: string,
  parameter: Operand,
  rule: OptimizerStep,
  moments: readonly Operand[],
): void {
  if (moments.length !== momentCount(rule))
    fail(`${op} got ${moments.length} moments; ${rule.kind} needs ${momentCount(rule)}.`);
  for (const moment of moments) sameSize(op, parameter, moment);
}
