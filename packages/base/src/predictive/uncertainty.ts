import { log } from '../math/log.js';
import { answersOf, entropiesOf, logDoubts, type Answers, type LogProbabilities } from './log-softmax.js';
import { RunningMean } from './running-mean.js';
import { argmaxes, requireProbabilities, type Probabilities } from './shape.js';

/** What a set of members predicts together for each example. Entropies are in nats. */
export interface Uncertainty {
  /** Mean of the members' probabilities, [examples, classes]: the predictive distribution. */
  readonly probabilities: Float64Array;
  /** Their logarithms, which do not saturate, [examples, classes]. */
  readonly logProbabilities: LogProbabilities;
  readonly maxProbability: Float64Array;
  /**
   * Log of 1 - maxProbability, nats, computed from the other classes, so that it still ranks answers whose maxProbability rounds to 1.
   * -Infinity where no other class is possible.
   */
  readonly logDoubt: Float64Array;
  /** Total uncertainty H[mean p]. */
  readonly predictiveEntropy: Float64Array;
  /** Aleatoric part: the mean over members of H[p]. */
  readonly expectedEntropy: Float64Array;
  /** Epistemic part, H[mean p] - mean H[p] (Houlsby et al. 2011), at least 0; exactly 0 where all members say the same. */
  readonly mutualInformation: Float64Array;
  /** 1 - share of members that vote for the most voted class (Freeman 1965), fraction in [0, 1). */
  readonly variationRatio: Float64Array;
  /** Mean over members of the free energy, -log sum e^z (Liu et al. 2020); absent where members came as probabilities. */
  readonly energy?: Float64Array;
  /** Mean over members of the largest logit (Hendrycks et al. 2022); absent as `energy`. */
  readonly maxLogit?: Float64Array;
}

/**
 * Shannon entropy of one row, -sum p log p, nats; 0 log 0 = 0.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param row number of the example, from 0
 * @param classes number of classes
 */
export function entropy(probabilities: Probabilities, row: number, classes: number): number {
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const p = probabilities[row * classes + c]!;
    if (p > 0) sum -= p * log(p);
  }
  return sum;
}

/**
 * Takes members one at a time, so that it never holds members x examples x classes numbers. Means are running means: adding a member
 * that equals the mean changes no bit of the mean.
 */
export class UncertaintyAccumulator {
  private readonly mean: RunningMean;
  private readonly entropies: Float64Array;
  private readonly votes: Uint32Array;
  private readonly energies: Float64Array;
  private readonly largest: Float64Array;
  private members = 0;
  private membersWithLogits = 0;

  constructor(
    private readonly examples: number,
    private readonly classes: number,
  ) {
    this.mean = new RunningMean(examples, classes);
    this.entropies = new Float64Array(examples);
    this.votes = new Uint32Array(examples * classes);
    this.energies = new Float64Array(examples);
    this.largest = new Float64Array(examples);
  }

  /**
   * Adds one member's probabilities, [examples, classes]. The probabilities of a network may have been rounded to 0 or 1, so for a network
   * use {@link addLogits} with its logits.
   * @throws RangeError for another size, BbbError `E_METRIC_PROBABILITY` for NaN
   */
  add(probabilities: Probabilities): void {
    this.requireSize(probabilities.length, 'probabilities');
    requireProbabilities(probabilities);
    const exact = Float64Array.from(probabilities);
    this.addAnswers({ probabilities: exact, logs: exact.map(log) });
  }

  /**
   * Adds one member's logits, [examples, classes].
   * @throws RangeError for another size, BbbError `E_METRIC_PROBABILITY` for a logit that is not finite
   */
  addLogits(logits: Float32Array | Float64Array): void {
    this.requireSize(logits.length, 'logits');
    const answers = answersOf(logits, this.classes);
    this.addAnswers(answers);
    const n = ++this.membersWithLogits;
    const tops = argmaxes(logits, this.classes);
    for (let row = 0; row < this.examples; row++) {
      const top = row * this.classes + tops[row]!;
      const largest = logits[top]!;
      this.energies[row]! += (answers.logs[top]! - largest - this.energies[row]!) / n;
      this.largest[row]! += (largest - this.largest[row]!) / n;
    }
  }

  /** @throws RangeError when no member was added */
  finish(): Uncertainty {
    const { members, examples, classes, entropies } = this;
    if (members === 0)
      throw new RangeError('No member was added: there is no prediction to average. Call add() first.');
    const mean = this.mean.answers();
    const { probabilities, logs } = mean;
    const tops = argmaxes(logs, classes);
    const predictiveEntropy = entropiesOf(mean, classes, tops);
    const maxProbability = new Float64Array(examples);
    const mutualInformation = new Float64Array(examples);
    for (let row = 0; row < examples; row++) {
      // If the members agree, the entropy of their mean must equal the mean of their entropies, to the bit.
      if (!this.mean.moved[row]) predictiveEntropy[row] = entropies[row]!;
      // Rounding can push the difference of two nearly equal entropies below zero.
      mutualInformation[row] = Math.max(0, predictiveEntropy[row]! - entropies[row]!);
      maxProbability[row] = probabilities[row * classes + tops[row]!]!;
    }
    return {
      probabilities,
      logProbabilities: logs,
      maxProbability,
      logDoubt: logDoubts(logs, classes, tops),
      predictiveEntropy,
      expectedEntropy: entropies.slice(),
      mutualInformation,
      variationRatio: this.variationRatios(),
      ...(this.membersWithLogits === members
        ? { energy: this.energies.slice(), maxLogit: this.largest.slice() }
        : {}),
    };
  }

  private addAnswers(answers: Answers): void {
    const { entropies, votes, classes } = this;
    const n = ++this.members;
    this.mean.add(answers, n);
    const tops = argmaxes(answers.logs, classes);
    const own = entropiesOf(answers, classes, tops);
    for (let row = 0; row < this.examples; row++) {
      entropies[row]! += (own[row]! - entropies[row]!) / n;
      votes[row * classes + tops[row]!]!++;
    }
  }

  private variationRatios(): Float64Array {
    const ratios = new Float64Array(this.examples);
    for (let row = 0, i = 0; row < this.examples; row++) {
      let most = 0;
      for (const end = i + this.classes; i < end; i++) if (this.votes[i]! > most) most = this.votes[i]!;
      ratios[row] = 1 - most / this.members;
    }
    return ratios;
  }

  private requireSize(size: number, what: string): void {
    if (size === this.votes.length) return;
    throw new RangeError(
      `A member gave ${size} ${what}; expected ${this.votes.length}, as the first member gave.`,
    );
  }
}
