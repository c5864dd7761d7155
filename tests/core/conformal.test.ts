import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apsScore,
  atTemperature,
  calibrateCategorical,
  calibrateRegression,
  classThresholds,
  conformalQuantile,
  conformalRank,
  fitTemperature,
  judgeSets,
  labelScores,
  lacScore,
  logSoftmax,
  marginalThresholds,
  nllOfLogs,
  normals,
  rapsScore,
  rootKey,
  setOf,
  uniformsOf,
  UncertaintyAccumulator,
  type Labelled,
  type SetScore,
} from '@bbb/core';
import { words } from '@bbb/base';

const CLASSES = 5;

/**
 * Noisy logits of a network that is overconfident by the factor `heat`. The labels are drawn from the softmax at
 * temperature 1.
 */
function world(seed: number, n: number, heat = 1) {
  const noise = normals(rootKey(seed), n * CLASSES);
  const logits = Float64Array.from(noise, (z) => 1.7 * z);
  const logs = logSoftmax(logits, CLASSES);
  const stream = words(rootKey(seed + 1000));
  const labels = Uint8Array.from({ length: n }, (_, i) => {
    let u = stream.next().value / 2 ** 32;
    for (let c = 0; c < CLASSES - 1; c++) if ((u -= Math.exp(logs[i * CLASSES + c]!)) < 0) return c;
    return CLASSES - 1;
  });
  return { logits: logits.map((z) => heat * z), labels, rows: Uint32Array.from(labels.keys()) };
}

function held({ logits, labels, rows }: ReturnType<typeof world>) {
  const accumulator = new UncertaintyAccumulator(labels.length, CLASSES);
  accumulator.addLogits(logits);
  return { prediction: accumulator.finish(), targets: labels, rows };
}

function labelled({ logits, labels, rows }: ReturnType<typeof world>, seed = 5): Labelled {
  const logs = logSoftmax(logits, CLASSES);
  return {
    answers: { logs, probabilities: logs.map(Math.exp) },
    labels,
    uniforms: uniformsOf(rootKey(seed), rows),
  };
}

describe('the conformal quantile', () => {
  it('is score number ceil((n + 1) coverage) in ascending order', () => {
    expect(conformalRank(9, 0.9)).toBe(9);
    expect(conformalRank(10, 0.9)).toBe(10);
    expect(conformalRank(99, 0.9)).toBe(90);
    expect(conformalRank(100, 0.9)).toBe(91);
    expect(conformalRank(1999, 0.9)).toBe(1800);
    expect(conformalRank(8, 0.9)).toBe(9);
    expect(conformalQuantile(Float64Array.from([9, 8, 7, 6, 5, 4, 3, 2, 1]), 0.9)).toBe(9);
    expect(conformalQuantile(Float64Array.from([3, 1, 2]), 0.5)).toBe(2);
  });

  it('has the exact place if (n + 1) coverage is whole, despite rounding', () => {
    for (let n = 9; n < 5000; n += 10) expect(conformalRank(n, 0.9)).toBe((9 * (n + 1)) / 10);
    for (let n = 19; n < 5000; n += 20) expect(conformalRank(n, 0.95)).toBe((19 * (n + 1)) / 20);
  });

  it('is infinite if there are too few examples for the guarantee', () => {
    expect(conformalQuantile(new Float64Array(8), 0.9)).toBe(Infinity);
    expect(conformalQuantile(new Float64Array(0), 0.9)).toBe(Infinity);
    expect(() => conformalQuantile(new Float64Array(9), 1)).toThrow(/as the coverage/);
    expect(() => conformalRank(9, Number.NaN)).toThrow(/as the coverage/);
  });

  it('covers a new score in exactly rank of n + 1 orders', () => {
    // Of n + 1 different exchangeable scores, each one is equally likely to be the new one.
    const all = [0.3, 1.2, 2, 5, 7, 11, 13, 17, 19, 23];
    const covered = all.filter((score, i) => {
      const others = Float64Array.from(all.filter((_, j) => j !== i));
      return score <= conformalQuantile(others, 0.8);
    });
    expect(covered.length).toBe(conformalRank(9, 0.8));
  });
});

describe('sets', () => {
  const scores: readonly (readonly [string, SetScore])[] = [
    ['lac', lacScore],
    ['aps', apsScore],
    ['raps', rapsScore({ penalty: 0.1 })],
  ];

  it.each(scores)('%s keep their coverage, on average over many data sets', (_name, score) => {
    const coverages = Array.from({ length: 40 }, (_, seed) => {
      const fitted = labelled(world(seed, 199), seed);
      const judged = labelled(world(seed + 500, 400), seed + 9);
      const thresholds = marginalThresholds(labelScores(fitted, CLASSES, score), CLASSES, 0.9);
      return judgeSets(judged, CLASSES, score, thresholds).coverage;
    });
    const mean = coverages.reduce((a, b) => a + b) / coverages.length;
    const sd = Math.sqrt(coverages.reduce((sum, c) => sum + (c - mean) ** 2, 0) / (coverages.length - 1));
    // The expected coverage is exactly 180 of 200. The tolerance is four standard errors.
    expect(Math.abs(mean - 0.9)).toBeLessThan((4 * sd) / Math.sqrt(coverages.length));
  });

  it('of APS are the smallest with enough probability, at the edges of u', () => {
    const p = Float64Array.from([0.5, 0.3, 0.15, 0.04, 0.01]);
    const answers = { probabilities: p, logs: p.map(Math.log) };
    const into = new Float64Array(CLASSES);
    apsScore(answers, 0, 0.5, into);
    // 1 - (the probability of all classes above + u times the class's own).
    const left = [0.75, 0.35, 0.125, 0.03, 0.005];
    into.forEach((score, c) => expect(score).toBeCloseTo(-left[c]!, 12));
    const thresholds = new Float64Array(CLASSES).fill(-(1 - 0.85));
    expect([...setOf(answers, 0, 0, apsScore, thresholds)]).toEqual([1, 1, 1, 0, 0]);
    expect([...setOf(answers, 0, 0.99, apsScore, thresholds)]).toEqual([1, 1, 0, 0, 0]);
  });

  it('of RAPS add a penalty from the second place on', () => {
    const p = Float64Array.from([0.15, 0.5, 0.3, 0.04, 0.01]);
    const answers = { probabilities: p, logs: p.map(Math.log) };
    const [plain, penalised] = [new Float64Array(CLASSES), new Float64Array(CLASSES)];
    apsScore(answers, 0, 0.25, plain);
    rapsScore({ from: 2, penalty: 0.1 })(answers, 0, 0.25, penalised);
    const added = penalised.map((score, c) => score - plain[c]!);
    [0.1, 0, 0, 0.2, 0.3].forEach((expected, c) => expect(added[c]).toBeCloseTo(expected, 12));
  });

  it.each([0.95, 0.8])('of APS stay small for one-hot answers that are right in %s', (right) => {
    const n = 1000;
    const oneHot = (seed: number): Labelled => {
      const labels = Uint8Array.from({ length: n }, (_, i) => (i * 7 + seed) % CLASSES);
      const wrong = (i: number): boolean => (i * 37 + seed * 11) % 100 >= 100 * right;
      const probabilities = new Float64Array(n * CLASSES);
      // A wrong answer is the class after the label, so the place of the label among the classes without probability varies.
      labels.forEach((label, i) => {
        probabilities[i * CLASSES + ((label + (wrong(i) ? 1 : 0)) % CLASSES)] = 1;
      });
      const answers = { probabilities, logs: probabilities.map(Math.log) };
      return { answers, labels, uniforms: uniformsOf(rootKey(seed), Uint32Array.from(labels.keys())) };
    };
    const thresholds = marginalThresholds(labelScores(oneHot(1), CLASSES, apsScore), CLASSES, 0.9);
    const { coverage, size } = judgeSets(oneHot(2), CLASSES, apsScore, thresholds);
    expect(coverage).toBeGreaterThan(0.87);
    // With the naive score, which is 1 for every class after the first, sets contain all five classes.
    expect(size).toBeLessThan(right > 0.9 ? 1 : 4.01);
    expect(size).toBeGreaterThan(0.8);
  });

  it('of saturated logits differ even below the smallest probability', () => {
    const logs = logSoftmax(Float64Array.from([900, 100, 99, 0, 0]), CLASSES);
    const answers = { logs, probabilities: logs.map(Math.exp) };
    const into = new Float64Array(CLASSES);
    for (const score of [lacScore, apsScore, rapsScore()]) {
      score(answers, 0, 0.5, into);
      const order = [0, 1, 2, 3, 4].toSorted((a, b) => into[a]! - into[b]!);
      expect(order).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it('by class keep the coverage for a rare, hard class', () => {
    const tilted = (seed: number): ReturnType<typeof world> => {
      const all = world(seed, 4000);
      // The network never ranks the last class first.
      all.logits.forEach((z, i) => {
        if (i % CLASSES === CLASSES - 1) all.logits[i] = z - 2;
      });
      return all;
    };
    const [fitted, judged] = [labelled(tilted(1)), labelled(tilted(2))];
    const scored = labelScores(fitted, CLASSES, lacScore);
    const last = (thresholds: Float64Array): number => {
      const [examples, covered] = judgeSets(judged, CLASSES, lacScore, thresholds).byClass[CLASSES - 1]!;
      return covered / examples;
    };
    expect(last(marginalThresholds(scored, CLASSES, 0.9))).toBeLessThan(0.85);
    expect(Math.abs(last(classThresholds(scored, fitted.labels, CLASSES, 0.9)) - 0.9)).toBeLessThan(0.03);
  });

  it('contain every class that has too few examples', () => {
    const thresholds = classThresholds(new Float64Array(12), new Uint8Array(12), 2, 0.9);
    expect([...thresholds]).toEqual([0, Infinity]);
  });
});

describe('temperature', () => {
  it('finds the factor of the logits', () => {
    const { logits, labels } = world(3, 20_000, 2.5);
    expect(fitTemperature(logSoftmax(logits, CLASSES), labels, CLASSES)).toBeCloseTo(2.5, 1);
  });

  it('is a minimum of the NLL, for any examples', () => {
    const row = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 3, maxLength: 3 });
    const examples = fc.array(fc.tuple(row, fc.nat(2)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(examples, (all) => {
        const logs = logSoftmax(Float64Array.from(all.flatMap(([logits]) => logits)), 3);
        const labels = Uint8Array.from(all, ([, label]) => label);
        const nll = (t: number): number => nllOfLogs(atTemperature(logs, 3, t).logProbabilities, labels, 3);
        const best = fitTemperature(logs, labels, 3);
        for (const factor of [0.9, 0.999, 1.001, 1.1])
          expect(nll(Math.min(50, Math.max(0.02, best * factor)))).toBeGreaterThanOrEqual(nll(best) - 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('ends at its bounds if the data have no finite optimum', () => {
    const logs = logSoftmax(Float64Array.from([3, 0, 0, 3]), 2);
    expect(fitTemperature(logs, Uint8Array.of(0, 1), 2)).toBe(0.02);
    expect(fitTemperature(logs, Uint8Array.of(1, 0), 2)).toBe(50);
    expect(fitTemperature(new Float64Array(0), new Uint8Array(0), 2)).toBe(1);
  });

  it('skips an example to which the network gives probability 0', () => {
    const logs = Float64Array.from([0, -Infinity, Math.log(0.7), Math.log(0.3)]);
    expect(Number.isFinite(fitTemperature(logs, Uint8Array.of(1, 0), 2))).toBe(true);
  });

  it('of 1 changes nothing but rounding', () => {
    const { logits } = world(8, 50);
    const logs = logSoftmax(logits, CLASSES);
    const same = atTemperature(logs, CLASSES, 1);
    same.logProbabilities.forEach((l, i) => expect(l).toBeCloseTo(logs[i]!, 13));
  });

  it('would widen the sets of APS, so sets are made without it', () => {
    // For an overconfident network the temperature is above 1, so probabilities are flatter and APS needs more classes.
    const [fitted, judged] = [world(11, 2000, 3), world(12, 4000, 3)];
    const temperature = fitTemperature(logSoftmax(fitted.logits, CLASSES), fitted.labels, CLASSES);
    expect(temperature).toBeGreaterThan(2);
    const sizeAt = (t: number): number => {
      const cooled = (w: typeof fitted): Labelled => labelled({ ...w, logits: w.logits.map((z) => z / t) });
      const thresholds = marginalThresholds(labelScores(cooled(fitted), CLASSES, apsScore), CLASSES, 0.9);
      return judgeSets(cooled(judged), CLASSES, apsScore, thresholds).size;
    };
    expect(sizeAt(temperature)).toBeGreaterThan(sizeAt(1));
    const { sets } = calibrateCategorical(held(fitted), held(judged), CLASSES, rootKey(5));
    // The reported numbers are at temperature 1. They use other random numbers, so they agree only approximately.
    expect(Math.abs(sets!['aps']!.size - sizeAt(1))).toBeLessThan(
      Math.abs(sets!['aps']!.size - sizeAt(temperature)),
    );
  });
});

describe('calibration of a network', () => {
  it('does not depend on the order of the examples, to the bit of every set', () => {
    const [fitted, judged] = [world(21, 300), world(22, 300)];
    const shuffled = (w: typeof fitted): typeof fitted => {
      const order = Array.from(w.labels.keys()).toSorted((a, b) => ((a * 7919) % 300) - ((b * 7919) % 300));
      return {
        logits: Float64Array.from(
          order.flatMap((i) => [...w.logits.subarray(i * CLASSES, (i + 1) * CLASSES)]),
        ),
        labels: Uint8Array.from(order, (i) => w.labels[i]!),
        rows: Uint32Array.from(order, (i) => w.rows[i]!),
      };
    };
    const before = calibrateCategorical(held(fitted), held(judged), CLASSES, rootKey(5));
    const after = calibrateCategorical(held(shuffled(fitted)), held(shuffled(judged)), CLASSES, rootKey(5));
    expect(after.sets).toEqual(before.sets);
    expect(after.temperature).toBeCloseTo(before.temperature!, 12);
    expect(after.atTemperature!.nll).toBeCloseTo(before.atTemperature!.nll, 12);
  });

  it('draws its random numbers from the key', () => {
    const [fitted, judged] = [held(world(21, 300)), held(world(22, 300))];
    const by = (seed: number) => calibrateCategorical(fitted, judged, CLASSES, rootKey(seed)).sets!;
    expect(by(1)).toEqual(by(1));
    expect(by(1)['aps']).not.toEqual(by(2)['aps']);
    expect(by(1)['lac']).toEqual(by(2)['lac']);
  });

  it('finds the unusual entropy: one of twenty of its own examples has more', () => {
    const [fitted, judged] = [held(world(31, 1999)), held(world(32, 4000))];
    const { level, entropy } = calibrateCategorical(fitted, judged, CLASSES, rootKey(0)).unusual!;
    expect(level).toBe(0.95);
    // The threshold is the 1,900th of 1,999 scores.
    expect(entropy).toBe(fitted.prediction.predictiveEntropy.toSorted()[1899]);
    const above = judged.prediction.predictiveEntropy.filter((h) => h > entropy!).length;
    expect(above / 4000).toBeCloseTo(0.05, 1);
  });

  it('includes all ties, so the coverage is then higher than requested', () => {
    const flat = { ...world(1, 100), logits: new Float64Array(100 * CLASSES) };
    const { sets } = calibrateCategorical(held(flat), held(flat), CLASSES, rootKey(0));
    expect(sets!['lac']!.coverage).toBe(1);
    expect(sets!['lac']!.size).toBe(CLASSES);
    // Random numbers break the ties.
    expect(sets!['aps']!.size).toBeLessThan(CLASSES);
  });
});

describe('intervals', () => {
  const line = (seed: number, n: number) => {
    const noise = normals(rootKey(seed), 2 * n);
    const sd = (i: number): number => 0.5 + Math.abs(noise[2 * i]!);
    return {
      // The predicted standard deviation is right up to a factor of two.
      prediction: { examples: n, of: (i: number) => ({ means: [noise[2 * i]!], sds: [sd(i) / 2] }) },
      targets: Float64Array.from({ length: n }, (_, i) => noise[2 * i]! + sd(i) * noise[2 * i + 1]!),
      rows: Uint32Array.from({ length: n }, (_, i) => i),
    };
  };

  it('keep their coverage although the network is too sure, and are narrower if they follow its noise', () => {
    const { intervals, examples, level } = calibrateRegression(line(1, 4000), line(2, 4000));
    expect([examples, level]).toEqual([4000, 0.9]);
    for (const { coverage } of Object.values(intervals!)) expect(Math.abs(coverage - 0.9)).toBeLessThan(0.02);
    expect(intervals!['scaled']!.threshold).toBeCloseTo(2 * 1.645, 0);
    expect(intervals!['scaled']!.width!).toBeLessThan(intervals!['absolute']!.width!);
  });

  it('contain all numbers if there are too few examples', () => {
    const { intervals } = calibrateRegression(line(1, 5), line(2, 10));
    for (const report of Object.values(intervals!)) expect(report).toEqual({ threshold: null, coverage: 1 });
  });
});
