import {
  accuracyQuantity,
  compareGroups,
  verdict,
  type Comparison,
  type Quantity,
} from '../data/compare-groups.js';
import { secondsPerEpoch } from '../data/cost.js';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { denseOf, estimateOver, findEvaluation, sharesOf } from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import type { Estimate } from '../stats/estimate.js';
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

/** All methods by the mean of a quantity, and how the first stands against the others. */
function rank(
  when: string,
  groups: readonly Group[],
  comparisons: readonly Comparison[],
  quantity: Quantity,
  share: number,
  what = 'has',
): string {
  const ranked = groups
    .flatMap((group) => {
      const value = estimateOver(group, quantity(group, share));
      return value ? [{ group, value }] : [];
    })
    .toSorted((x, y) => y.value.mean - x.value.mean);
  const [first, ...rest] = ranked;
  if (!first) return `${when}: nothing was measured.`;
  const others = list(rest.map(({ group, value }) => `${group.name} ${percent(value)}`));
  const numbers = `${when}, ${first.group.name} ${what} ${percent(first.value)}${others ? `, ${others}` : ''}.`;
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
  if (tested.length === 0) return '';
  const beaten = tested.filter((other) => verdict(comparisons, first, other, share) === 'larger');
  const open = tested.filter((other) => !beaten.includes(other));
  if (beaten.length === 0)
    return `The seeds do not separate ${first.name} from ${list(
      open.map(({ name }) => name),
      'or',
    )}.`;
  const better = `${first.name} is better than ${list(beaten.map(({ name }) => name))}`;
  return open.length === 0
    ? `${better}.`
    : `${better}; the seeds do not separate it from ${list(
        open.map(({ name }) => name),
        'or',
      )}.`;
}

/** How much can be removed from each method for less than {@link TOLERANCE}. */
function pruningLimits(groups: readonly Group[]): string[] {
  if (sharesOf(groups).every((share) => share === 0)) return [];
  const several = groups.some(({ results }) => results.length > 1);
  const limits = groups
    .map((group) => ({ group, share: keepsUpTo(group) }))
    .toSorted((a, b) => b.share - a.share)
    .map(
      ({ group, share }) =>
        `${group.name} ${share === 0 ? 'at no share tested' : `up to ${formatShare(share)}`}`,
    );
  const certain = several ? ' with 95 % confidence' : '';
  return [
    `Of the shares tested, pruning costs less than ${TOLERANCE * 100} percentage point of its own dense accuracy${certain}: ${list(limits)}.`,
  ];
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
