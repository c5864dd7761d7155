import {
  accuracyQuantity,
  compareGroups,
  verdict,
  type Comparison,
  type Quantity,
} from '../data/compare-groups.js';
import { secondsPerEpoch } from '../data/cost.js';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { denseOf, estimateOver, findEvaluation, sharesOf, valuesBySeed } from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import type { BySeed } from '../stats/paired.js';
import { formatEstimate, formatShare } from '../tables/format.js';
import { oodSetsOf } from '../tables/ood.js';
import { keepsUpTo, TOLERANCE } from './keeps.js';
import { list } from './words.js';

/** How far below the best dense accuracy a method may be and still set the headline, as a fraction. */
const NEAR = 0.02;

/** The result of one setting in a few sentences. */
export interface Answer {
  readonly setting: string;
  readonly sentences: readonly string[];
}

/**
 * What the numbers of a setting say, in plain words. A method is called better than another only where their difference,
 * paired by seed, stands after Holm's adjustment; otherwise the sentence says that the seeds do not separate them. With one
 * seed, nothing is called better.
 */
export function plainAnswer(setting: Setting): Answer {
  const { groups } = setting;
  const comparisons = compareGroups(groups);
  const shares = sharesOf(groups);
  const headline = Math.max(0, ...contenders(groups).map((group) => keepsUpTo(group)));
  const between = shares.find((share) => share >= 0.9) ?? shares.at(-1);
  const shown = headline > 0 ? headline : between;
  return {
    setting: settingTitle(setting),
    sentences: [
      ...oneSeed(groups),
      ...(shown !== undefined && shown > 0
        ? [
            rank(
              `With ${formatShare(shown)} of the weights removed`,
              groups,
              comparisons,
              accuracyQuantity,
              shown,
            ),
          ]
        : []),
      rank('Dense', groups, comparisons, accuracyQuantity, 0),
      ...pruningLimits(groups),
      ...oodSentences(setting),
      ...costSentence(groups),
    ],
  };
}

/** A method that never learned loses nothing: only those near the best dense accuracy tell how far pruning can go. */
function contenders(groups: readonly Group[]): Group[] {
  const dense = groups.map((group) => estimateOver(group, accuracyQuantity(group, 0))?.mean ?? 0);
  return groups.filter((_, i) => dense[i]! >= Math.max(...dense) - NEAR);
}

function oneSeed(groups: readonly Group[]): string[] {
  const most = Math.max(...groups.map(({ results }) => results.length));
  if (most > 1) return [];
  return [
    'Each method was trained with one seed: these are numbers of single runs, and whether they differ by more than luck is unknown. Run more seeds to find out.',
  ];
}

/**
 * All methods by the mean of a quantity, and how the first stands against the others. Where they do not have the same seeds,
 * the means are over those that all have: tests are paired by seed, and the mean of other seeds may tell the opposite.
 */
function rank(
  when: string,
  groups: readonly Group[],
  comparisons: readonly Comparison[],
  quantity: Quantity,
  share: number,
  what = 'has',
): string {
  const measured = groups
    .map((group) => ({ group, values: valuesBySeed(group, quantity(group, share)) }))
    .filter(({ values }) => values.size > 0);
  const common = commonSeeds(measured.map(({ values }) => values));
  const [first, ...rest] = measured
    .map(({ group, values }) => {
      const own = common ? common.map((seed) => values.get(seed)!) : [...values.values()];
      return { group, value: estimate(own)! };
    })
    .toSorted((x, y) => y.value.mean - x.value.mean);
  if (!first) return `${when}: nothing was measured.`;
  const others = list(rest.map(({ group, value }) => `${group.name} ${percent(value)}`));
  const over = common ? `, over the ${common.length} seeds that all have` : '';
  const numbers = `${when}${over}, ${first.group.name} ${what} ${percent(first.value)}${others ? `, ${others}` : ''}.`;
  return [
    numbers,
    standing(
      first.group,
      rest.map(({ group }) => group),
      comparisons,
      share,
    ),
  ]
    .filter(Boolean)
    .join(' ');
}

/**
 * The seeds that all have, where some have others as well. Not a single one: it would leave no interval, and the pair that
 * lacks more is not tested.
 */
function commonSeeds(all: readonly BySeed[]): number[] | undefined {
  const [first, ...rest] = all;
  const common = [...(first?.keys() ?? [])].filter((seed) => rest.every((values) => values.has(seed)));
  return common.length > 1 && all.some(({ size }) => size > common.length) ? common : undefined;
}

/** "a is better than b and c; the seeds do not separate it from d." Nothing where no test was possible. */
function standing(
  first: Group,
  rest: readonly Group[],
  comparisons: readonly Comparison[],
  share: number,
): string {
  const tested = rest.filter((other) =>
    comparisons.some(
      (c) =>
        c.share === share &&
        c.adjusted !== undefined &&
        [c.a, c.b].includes(first) &&
        [c.a, c.b].includes(other),
    ),
  );
  const named = (wanted: ReturnType<typeof verdict>, last?: string): string =>
    list(
      tested.filter((other) => verdict(comparisons, first, other, share) === wanted).map(({ name }) => name),
      last,
    );
  const [beaten, beating, open] = [named('larger'), named('smaller'), named('undecided', 'or')];
  // A pair may have more seeds in common than all have, and those may tell the opposite.
  const decided = [
    ...(beaten ? [`is better than ${beaten}`] : []),
    ...(beating ? [`is worse than ${beating} on the seeds that both have`] : []),
  ].join(' and ');
  if (!decided) return open && `The seeds do not separate ${first.name} from ${open}.`;
  return `${first.name} ${decided}${open && `; the seeds do not separate it from ${open}`}.`;
}

/** How much can be removed from each method for less than {@link TOLERANCE}. */
function pruningLimits(groups: readonly Group[]): string[] {
  if (sharesOf(groups).every((share) => share === 0)) return [];
  const single = ({ results }: Group): boolean => results.length === 1;
  const certain = !groups.every(single);
  const limits = groups
    .map((group) => ({ group, share: keepsUpTo(group) }))
    .toSorted((a, b) => b.share - a.share)
    .map(
      ({ group, share }) =>
        `${group.name} ${share === 0 ? 'at no share tested' : `up to ${formatShare(share)}`}` +
        (certain && single(group) ? ' (one seed, so without that confidence)' : ''),
    );
  return [
    `Of the shares tested, pruning costs less than ${TOLERANCE * 100} percentage point of its own dense accuracy${certain ? ' with 95 % confidence' : ''}: ${list(limits)}.${trainedOn(groups)}`,
  ];
}

/** More epochs for the pruned networks alone are no fair comparison with their dense ones. */
function trainedOn(groups: readonly Group[]): string {
  const tuned = groups.filter(({ results }) => results[0]!.trial.pruning.finetuneEpochs > 0);
  if (tuned.length === 0) return '';
  const epochs = [...new Set(tuned.map(({ results }) => results[0]!.trial.pruning.finetuneEpochs))];
  const of = tuned.length < groups.length ? ` of ${list(tuned.map(({ name }) => name))}` : '';
  const more = `${list(epochs.map(String), 'or')} more epoch${epochs.join() === '1' ? '' : 's'}`;
  return ` The pruned networks${of} were trained on for ${more}, the dense ones were not: that hides some of what pruning costs.`;
}

function oodSentences(setting: Setting): string[] {
  const sets = [...new Set(setting.groups.flatMap(oodSetsOf))];
  return sets.map((set) => {
    const auroc: Quantity = (group) => (result) =>
      findEvaluation(result, denseOf(group), bestPrediction(group))?.ood?.[set]?.['predictiveEntropy']?.auroc;
    const groups = setting.groups.filter((group) => estimateOver(group, auroc(group, 0)));
    const comparisons = compareGroups(groups, auroc, [0]);
    return rank(
      `At telling ${set} from test images by entropy (AUROC, dense)`,
      groups,
      comparisons,
      auroc,
      0,
      'reaches',
    );
  });
}

function costSentence(groups: readonly Group[]): string[] {
  const times = groups
    .flatMap((group) => {
      const value = estimateOver(group, secondsPerEpoch);
      return value ? [{ group, seconds: value.mean }] : [];
    })
    .toSorted((a, b) => a.seconds - b.seconds);
  const [fastest] = times;
  const slowest = times.at(-1);
  if (!fastest || !slowest || fastest === slowest) return [];
  return [
    `An epoch took ${fastest.seconds.toFixed(2)} s with ${fastest.group.name} and ${slowest.seconds.toFixed(2)} s with ${slowest.group.name}, ${(slowest.seconds / fastest.seconds).toFixed(1)} times as long.`,
  ];
}

function percent(value: Estimate): string {
  return `${formatEstimate(value, 'percent', '')} %`;
}
