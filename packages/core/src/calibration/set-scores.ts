import type { Answers } from '@bbb/base';

/**
 * How strange each class is as the answer for one example. The set of an example has the classes whose score is at most the quantile of the
 * scores of the calibration examples' labels.
 *
 * @param answers probabilities and their logarithms, `[examples, classes]`
 * @param row number of the example
 * @param u random number of the example, uniform in [0, 1)
 * @param into receives a score for each class; higher means stranger
 */
export type SetScore = (answers: Answers, row: number, u: number, into: Float64Array) => void;

/** LAC, the least ambiguous sets (Sadinle et al. 2019): -log p. It gives the same order as 1 - p, and does not saturate. */
export const lacScore: SetScore = ({ logs }, row, _u, into) => {
  for (let c = 0; c < into.length; c++) into[c] = -logs[row * into.length + c]!;
};

/** What RAPS adds to the score of a class for its rank; rank 1 is the most probable class. */
export interface RapsOptions {
  /** Number of ranks without a penalty. Default: 1. */
  readonly from?: number;
  /** Penalty for each further rank, in probability. Default: 0.01. */
  readonly penalty?: number;
}

/**
 * APS, adaptive prediction sets (Romano et al. 2020): the probability of all classes with a better rank, plus u times its own probability. It
 * is computed as minus the remaining probability, because that is where the digits of a sure answer are.
 */
export const apsScore: SetScore = rapsScore({ penalty: 0 });

/**
 * RAPS (Angelopoulos et al. 2021, equation 4): APS with a penalty for every rank after the first `from` ranks.
 * @param options `from`: ranks without a penalty, default 1; `penalty` of each rank after them, default 0.01
 */
export function rapsScore({ from = 1, penalty = 0.01 }: RapsOptions = {}): SetScore {
  return (answers, row, u, into) => {
    const classes = into.length;
    const order = byProbability(answers, classes);
    let below = 0;
    for (let place = classes; place >= 1; place--) {
      const c = order[row * classes + place - 1]!;
      const p = answers.probabilities[row * classes + c]!;
      const rest = below + (1 - u) * p;
      // Classes of probability 0 are ordered by their rank. Otherwise the set of a one-hot answer would contain all of them or none.
      into[c] = penalty * Math.max(0, place - from) + (rest > 0 ? -rest : place * Number.MIN_VALUE);
      below += p;
    }
  };
}

/** The order is kept, because several scores need it for the same answers. */
const orders = new WeakMap<Answers, Uint32Array>();

/**
 * Classes of each row by descending probability, compared by logarithms, which still differ if probabilities are 0. At a tie, the class
 * with the lower number is first.
 * `[examples, classes]`.
 */
function byProbability(answers: Answers, classes: number): Uint32Array {
  let order = orders.get(answers);
  if (!order) orders.set(answers, (order = ordered(answers.logs, classes)));
  return order;
}

function ordered(logs: Float64Array, classes: number): Uint32Array {
  const order = new Uint32Array(logs.length);
  for (let first = 0; first < logs.length; first += classes) {
    for (let c = 0; c < classes; c++) {
      const own = logs[first + c]!;
      let at = first + c;
      for (; at > first && logs[first + order[at - 1]!]! < own; at--) order[at] = order[at - 1]!;
      order[at] = c;
    }
  }
  return order;
}
