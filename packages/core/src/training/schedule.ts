import type { Schedule } from './training-options.js';

/**
 * The learning rate of a step.
 * @param schedule how the rate changes: constant, linear, cosine, step
 * @param learningRate rate at the beginning
 * @param epoch from 0
 * @param progress share of all steps that is done, in [0, 1)
 */
export function scheduledRate(
  schedule: Schedule,
  learningRate: number,
  epoch: number,
  progress: number,
): number {
  switch (schedule.kind) {
    case 'constant':
      return learningRate;
    case 'step':
      return learningRate * integerPower(schedule.factor, Math.floor(epoch / schedule.every));
    case 'cosine':
      return learningRate * 0.5 * (1 + cosineOfPi(progress));
    case 'linear':
      return learningRate * (1 - progress);
  }
}

function integerPower(base: number, exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i++) power *= base;
  return power;
}

/** cos(pi x) for x in [0, 1], with the same bits on every engine: a Taylor series around 0 or 1/2, whichever is nearer. */
function cosineOfPi(x: number): number {
  if (x > 0.5) return -cosineOfPi(1 - x);
  return x <= 0.25 ? series(Math.PI * x, 1, 0) : series(Math.PI * (0.5 - x), Math.PI * (0.5 - x), 1);
}

/** `first` - first y^2/((n+1)(n+2)) + ...: cosine from (1, 0), sine from (y, 1). */
function series(y: number, first: number, n: number): number {
  let term = first;
  let sum = first;
  for (let k = n + 1; k < 20; k += 2) {
    term *= -(y * y) / (k * (k + 1));
    sum += term;
  }
  return sum;
}
