import { log } from '../math/log.js';
import { argmax, requireProbabilities, type Probabilities } from './shape.js';

/** What a set of members says of each example. Entropies in nats. */
export interface Uncertainty {
  /** Mean of the members' probabilities, [examples, classes]: the predictive distribution. */
  readonly probabilities: Float64Array;
  readonly maxProbability: Float64Array;
  /** Total uncertainty H[mean p]. */
  readonly predictiveEntropy: Float64Array;
  /** Aleatoric part: the mean over members of H[p]. */
  readonly expectedEntropy: Float64Array;
  /** Epistemic part, H[mean p] - mean H[p] (Houlsby et al. 2011), at least 0; 0 with one member. */
  readonly mutualInformation: Float64Array;
  /** 1 - share of members that vote for the most voted class (Freeman 1965), fraction in [0, 1). */
  readonly variationRatio: Float64Array;
}

/** Shannon entropy of one row, -sum p log p, nats; 0 log 0 = 0. */
export function entropy(probabilities: Probabilities, row: number, classes: number): number {
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const p = probabilities[row * classes + c]!;
    if (p > 0) sum -= p * log(p);
  }
  return sum;
}

/** Takes members' probabilities one at a time, so that S x examples x classes numbers are never held at once. */
export class UncertaintyAccumulator {
  private readonly sum: Float64Array;
  private readonly entropies: Float64Array;
  private readonly votes: Uint16Array;
  private members = 0;

  constructor(
    private readonly examples: number,
    private readonly classes: number,
  ) {
    this.sum = new Float64Array(examples * classes);
    this.entropies = new Float64Array(examples);
    this.votes = new Uint16Array(examples * classes);
  }

  /**
   * Adds one member's probabilities, [examples, classes].
   * @throws RangeError for another size, BbbError `E_METRIC_PROBABILITY` for NaN
   */
  add(probabilities: Probabilities): void {
    const { sum, entropies, votes, classes } = this;
    if (probabilities.length !== sum.length) {
      throw new RangeError(`A member gave ${probabilities.length} probabilities, expected ${sum.length}.`);
    }
    requireProbabilities(probabilities);
    for (let i = 0; i < sum.length; i++) sum[i]! += probabilities[i]!;
    for (let row = 0; row < this.examples; row++) {
      entropies[row]! += entropy(probabilities, row, classes);
      votes[row * classes + argmax(probabilities, row, classes)]!++;
    }
    this.members++;
  }

  /** @throws RangeError when no member was added */
  finish(): Uncertainty {
    const { members, examples, classes } = this;
    if (members === 0) throw new RangeError('No member was added.');
    const probabilities = this.sum.map((sum) => sum / members);
    const perExample = (value: (row: number) => number): Float64Array =>
      Float64Array.from({ length: examples }, (_, row) => value(row));
    const predictiveEntropy = perExample((row) => entropy(probabilities, row, classes));
    const expectedEntropy = this.entropies.map((sum) => sum / members);
    return {
      probabilities,
      maxProbability: perExample(
        (row) => probabilities[row * classes + argmax(probabilities, row, classes)]!,
      ),
      predictiveEntropy,
      expectedEntropy,
      // Rounding can push the difference of two equal entropies below zero.
      mutualInformation: perExample((row) => Math.max(0, predictiveEntropy[row]! - expectedEntropy[row]!)),
      variationRatio: perExample(
        (row) => 1 - Math.max(...this.votes.subarray(row * classes, (row + 1) * classes)) / members,
      ),
    };
  }
}
