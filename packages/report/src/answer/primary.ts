import { BbbError, suggest, type SweepData } from '@bbb/core';
import { chanceOf, gain, metricOf, validationValue } from '../data/headline-metric.js';
import type { Group, Setting } from '../data/groups.js';
import { estimateOver, exampleNoun, findPruning, mainPruner, sharesOf } from '../data/measure.js';
import { formatShare } from '../tables/format.js';
import type { Refined } from './target.js';

/** The comparison that the answer makes. If it is named before there are results, it can't be chosen for its outcome. */
export interface Question {
  /** Label of the method that the others are compared with. Default: the first of the sweep. */
  readonly reference?: string;
  /** Fraction of the weights removed. Default: the one at which the methods differ most on the validation images. */
  readonly sparsity?: number;
  /** Error that pruned networks must stay below on the validation examples: a fraction, or in the target's unit. Default: none. */
  readonly targetError?: number;
  /** Refined sparsities below that error, between the sparsities of the sweep. */
  readonly refined?: readonly Refined[];
}

/** The comparison that the sentence at the top is about, in one setting. */
export interface Primary {
  readonly share: number;
  /** Why this sparsity, as a sentence. */
  readonly reason: string;
}

/** Used if the results don't show where methods differ on validation images. Most methods differ at this sparsity. */
const USUAL = 0.9;

/**
 * The question of a sweep: the members of `answer` in its configuration, replaced by those that are asked for now.
 * @param data a sweep, as `readSweep` gives it
 * @param asked reference and sparsity of the comparison; bbb chooses those that are left out
 * @throws BbbError `E_REPORT_REFERENCE` for a method that the sweep does not have, `E_REPORT_SPARSITY` for one that it did
 *   not measure
 */
export function questionOf(data: SweepData, asked: Question = {}): Question {
  const { reference, sparsity, targetError, refined } = { ...namedIn(data), ...asked };
  const labels = [...new Set(data.plan.map(({ label }) => label))];
  if (reference !== undefined && !labels.includes(reference)) {
    throw new BbbError('E_REPORT_REFERENCE', `The sweep has no method "${reference}" to compare with.`, {
      hint: `${suggest(reference, labels)}Its methods: ${labels.join(', ')}.`,
    });
  }
  const shares = [...new Set(data.plan.flatMap(({ trial }) => trial.pruning.shares))].toSorted(
    (a, b) => a - b,
  );
  if (sparsity !== undefined && sparsity !== 0 && !shares.includes(sparsity)) {
    throw new BbbError(
      'E_REPORT_SPARSITY',
      `No network of the sweep was pruned to ${formatShare(sparsity)}.`,
      {
        hint: `Choose a sparsity that was measured: ${shares.join(', ')}.`,
      },
    );
  }
  const first = reference ?? labels[0];
  return {
    ...(first === undefined ? {} : { reference: first }),
    ...(sparsity === undefined ? {} : { sparsity }),
    ...(targetError === undefined ? {} : { targetError }),
    ...(refined ? { refined } : {}),
  };
}

/** The question in the configuration, which is checked because it comes from a file. */
function namedIn({ config }: SweepData): Question {
  const { reference, sparsity } = (config['answer'] ?? {}) as Record<string, unknown>;
  return {
    ...(typeof reference === 'string' ? { reference } : {}),
    ...(typeof sparsity === 'number' ? { sparsity } : {}),
  };
}

/** The sparsity that the sentence is about. The test images do not influence it. */
export function choosePrimary(groups: readonly Group[], asked?: number): Primary {
  const compared = contenders(groups);
  return choosePrimaryBy(
    sharesOf(groups),
    groups.length > 1 ? (share) => spreadAt(compared, share) : undefined,
    asked,
    exampleNoun(groups),
  );
}

/**
 * The sparsity asked for, or the one with the largest spread, or the one nearest to 90 %.
 * @param spread distance between the compared values on the validation images; it returns undefined if the results do not show it.
 * Absent if there is nothing to compare
 */
export function choosePrimaryBy(
  measured: readonly number[],
  spread: ((share: number) => number | undefined) | undefined,
  asked?: number,
  noun: ReturnType<typeof exampleNoun> = 'image',
): Primary {
  if (asked !== undefined) return { share: asked, reason: `${formatShare(asked)} is what was asked for.` };
  const shares = measured.filter((share) => share > 0 && share < 1);
  if (shares.length === 0) return { share: 0, reason: 'No pruned network was measured.' };
  const usual = shares.reduce((a, b) => (Math.abs(b - USUAL) < Math.abs(a - USUAL) ? b : a));
  const nearest =
    usual === USUAL
      ? `${formatShare(usual)} is the usual sparsity`
      : `${formatShare(usual)} is the sparsity nearest to ${formatShare(USUAL)} that was measured`;
  if (!spread) return { share: usual, reason: `${nearest}.` };
  const spreads = shares.map(spread);
  if (spreads.includes(undefined)) {
    return {
      share: usual,
      reason: `${nearest}: these results do not tell how pruned networks do on validation ${noun}s.`,
    };
  }
  if (Math.max(...(spreads as number[])) === 0) {
    return { share: usual, reason: `${nearest}: on the validation ${noun}s they differ nowhere.` };
  }
  const widest = shares[spreads.indexOf(Math.max(...(spreads as number[])))]!;
  return {
    share: widest,
    reason: `${formatShare(widest)} is where they differ most on the validation ${noun}s; the test ${noun}s had no say in it, but the same networks did. To be strict, name the sparsity before the run (answer.sparsity).`,
  };
}

/** Distance between the best and the worst mean. */
function spreadAt(groups: readonly Group[], share: number): number | undefined {
  const means = groups.map((group) => validationMean(group, share));
  if (means.includes(undefined)) return undefined;
  const values = means as number[];
  return Math.max(...values) - Math.min(...values);
}

/**
 * The methods that learned at least half as much as the best one, by the validation images. A method that hardly learned differs
 * from the others at every sparsity, so it would not show where pruning makes the difference.
 */
function contenders(groups: readonly Group[]): readonly Group[] {
  const metric = metricOf(groups);
  const learned = groups.map((group) => {
    const dense = validationMean(group, 0);
    const chance = estimateOver(group, chanceOf)?.mean;
    return dense === undefined || chance === undefined ? undefined : gain(metric, dense, chance);
  });
  if (learned.includes(undefined)) return groups;
  const half = Math.max(...(learned as number[])) / 2;
  const able = groups.filter((_, i) => learned[i]! >= half);
  return able.length > 1 ? able : groups;
}

/** Undefined for results without it: those of earlier versions, or without validation images. */
export function validationMean(group: Group, share: number): number | undefined {
  const measured = estimateOver(group, (result) => {
    const validation = findPruning(result, { pruner: mainPruner(group), share })?.validation;
    return validation && validationValue(result, validation);
  });
  return measured?.n === group.results.length ? measured.mean : undefined;
}

/** The group of the reference. If its label stands for several configurations, it is the first. */
export function referenceOf({ groups }: Setting, { reference }: Question): Group | undefined {
  return reference === undefined ? groups[0] : groups.find(({ label }) => label === reference);
}
