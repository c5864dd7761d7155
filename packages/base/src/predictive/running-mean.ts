import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import type { Answers } from './log-softmax.js';

/** Probabilities above this are averaged as they are; smaller ones, which may underflow, by their logarithms. */
const TINY = 1e-290;

/** The mean of answers, added one by one. */
export class RunningMean {
  /** By example: 1 as soon as an answer differed from the first one. */
  readonly moved: Uint8Array;
  private readonly mean: Float64Array;
  /** The first answer's logarithms; of what has moved they are up to date where the mean is below TINY. */
  private readonly logs: Float64Array;

  constructor(
    examples: number,
    private readonly classes: number,
  ) {
    this.moved = new Uint8Array(examples);
    this.mean = new Float64Array(examples * classes);
    this.logs = new Float64Array(examples * classes);
  }

  /** @param n how many there are with this one */
  add({ probabilities, logs }: Answers, n: number): void {
    if (n === 1) {
      this.mean.set(probabilities);
      this.logs.set(logs);
      return;
    }
    for (let row = 0; row < this.moved.length; row++) {
      for (let i = row * this.classes; i < (row + 1) * this.classes; i++) {
        const [p, l] = [probabilities[i]!, logs[i]!];
        const mean = this.mean[i]!;
        if (p === mean && l === this.logs[i]) continue;
        this.moved[row] = 1;
        if (p > TINY && mean > TINY) {
          this.mean[i] = mean + (p - mean) / n;
        } else {
          this.logs[i] = logMean(mean > TINY ? log(mean) : this.logs[i]!, l, n);
          this.mean[i] = exp(this.logs[i]!);
        }
      }
    }
  }

  /** The mean so far. */
  answers(): Answers {
    const { mean, moved, classes } = this;
    const logs = this.logs.map((l, i) => {
      const upToDate = mean[i]! <= TINY || !moved[Math.floor(i / classes)];
      return upToDate ? l : log(mean[i]!);
    });
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
