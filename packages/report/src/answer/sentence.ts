import type { HeadlineMetric } from '../data/headline-metric.js';
import type { Group } from '../data/groups.js';
import type { Estimate } from '../stats/estimate.js';
import { formatNumber, formatShare } from '../tables/format.js';
import type { Ranked, Ranking } from './rank.js';

/** The result of the ranking in one sentence: the best method and the reference, or the reference and the next one. */
export function sentenceOf(
  { rows }: Ranking,
  reference: Group | undefined,
  share: number,
  metric: HeadlineMetric,
): string {
  const when = share === 0 ? 'Without pruning' : `With ${formatShare(share)} of the weights removed`;
  const [first, second] = rows;
  if (!first) return `${when}, nothing was measured.`;
  const base = rows.find(({ group }) => group === reference);
  const other = first === base ? second : base;
  if (!other) return alone(when, first, share, metric);
  const numbers = `${when}, ${first.group.name} reaches a ${metric.name} of ${value(first.value, metric)} and ${other.group.name} ${value(other.value, metric)}`;
  return `${numbers}: ${claim(first, other, first === base ? other : first, metric)}.`;
}

/** The sentence for a single method, or for methods whose reference has no result. */
function alone(
  when: string,
  { group, value: pruned, dense }: Ranked,
  share: number,
  metric: HeadlineMetric,
): string {
  const before = share > 0 && dense ? `, and ${value(dense, metric)} with all of them` : '';
  return `${when}, ${group.name} reaches a ${metric.name} of ${value(pruned, metric)}${before}.`;
}

/** `compared` is the one of the two that is not the reference. */
function claim(first: Ranked, other: Ranked, compared: Ranked, metric: HeadlineMetric): string {
  const { verdict, against } = compared;
  if (verdict === 'untested') return untested(against?.difference);
  const { difference } = against!;
  if (verdict === 'undecided') return `${difference.n} seeds do not tell which of the two is better`;
  const winner = (verdict === 'better') === (compared === first) ? first : other;
  const by = `better by ${size(difference, metric)}`;
  // The pair may have further seeds in common, and with those the comparison may contradict the means.
  return winner === first
    ? `${first.group.name} is ${by}`
    : `but on the ${difference.n} seeds that both have, ${winner.group.name} is ${by}`;
}

function untested(difference: Estimate | undefined): string {
  if (!difference) return 'they have no seed in common to be compared by';
  if (difference.n > 1) return 'the difference is the same in every seed, which leaves nothing to test it by';
  return 'with one seed each, the difference may be luck';
}

/** The size of a difference without its sign: "72.07 points (67.11 to 77.03)". */
function size({ mean, low, high }: Estimate, metric: HeadlineMetric): string {
  const [from, to] = mean < 0 ? [-high!, -low!] : [low!, high!];
  const text = (bound: number): string => formatNumber(bound, metric.format);
  return `${text(Math.abs(mean))}${metric.difference.unit} (${text(from)} to ${text(to)})`;
}

function value({ mean }: Estimate, metric: HeadlineMetric): string {
  return `${formatNumber(mean, metric.format)}${metric.unit}`;
}
