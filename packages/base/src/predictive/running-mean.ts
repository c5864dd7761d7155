import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import type { Answers } from './log-softmax.js';

/** Smaller probabilities may underflow, so their logarithms are averaged instead. */
const TINY = 1e-290;

/** The mean of answers, added one by one. */
export class RunningMean {
  /** For each example: 1 if an answer differed from the first one, else 0. */
  readonly moved: Uint8Array;
  private readonly mean: Float64Array;
  /** Logarithms of the first answer. For an example that has moved, only those whose mean is below TINY are kept up to date. */
  private readonly logs: Float64Array;

  constructor(
    examples: number,
    private readonly classes: number,
  ) {
    this.moved = new Uint8Array(examples);
    this.mean = new Float64Array(examples * classes);
    this.logs = new Float64Array(examples * classes);
  }

  /** @param n number of answers, including this one */
  add({ probabilities, logs }: Answers, n: number): void {
    if (n === 1) {
      this.mean.set(probabilities);
      this.logs.set(logs);
      return;
    }
    const { mean, moved, classes, logs: before } = this;
    for (let row = 0, i = 0; row < moved.length; row++) {
      for (const end = i + classes; i < end; i++) {
        const p = probabilities[i]!;
        const old = mean[i]!;
        if (p === old && logs[i] === before[i]) continue;
        moved[row] = 1;
        if (p > TINY && old > TINY) {
          mean[i] = old + (p - old) / n;
        } else {
          before[i] = logMean(old > TINY ? log(old) : before[i]!, logs[i]!, n);
          mean[i] = exp(before[i]!);
        }
      }
    }
  }

  /** The mean so far. */
  answers(): Answers {
    const { mean, moved, classes } = this;
    const logs = this.logs.slice();
    for (let row = 0, i = 0; row < moved.length; row++) {
      for (const end = i + classes; i < end; i++) if (moved[row] && mean[i]! > TINY) logs[i] = log(mean[i]!);
    }
    return { probabilities: mean.slice(), logs };
  }
}

/** Log of the mean of n numbers of which n - 1 have the mean e^mean and one is e^next. */
function logMean(mean: number, next: number, n: number): number {
  if (mean === next) return mean;
  return next > mean
    ? next + log(((n - 1) * exp(mean - next) + 1) / n)
    : mean + log((n - 1 + exp(next - mean)) / n);
}
