import { exp, log } from '@bbb/core';
import { secondsPerEpoch } from '../data/cost.js';
import type { Group } from '../data/groups.js';
import { estimateOver, valuesBySeed } from '../data/measure.js';
import { againstReference, type AgainstReference } from '../stats/against-reference.js';
import type { BySeed } from '../stats/paired.js';
import { familyNote } from './standings.js';

/** Ends of intervals beyond this ratio, or its inverse, are written as "more than" or "less than" it. */
const MOST = 100;

/**
 * The time of an epoch relative to the reference: the ratio of times, tested as differences of logarithms, paired by seed.
 * Times of different processors are not compared.
 */
export function timeSentences(groups: readonly Group[], reference: Group | undefined): string[] {
  const seconds = reference && estimateOver(reference, secondsPerEpoch)?.mean;
  if (!reference || seconds === undefined || groups.length < 2) return [];
  if (processorsOf(groups) > 1) {
    return ['The trials ran on different processors, so the times of their epochs are not compared.'];
  }
  const others = groups.filter((group) => group !== reference);
  const family = againstReference(
    logSeconds(reference),
    new Map(others.map((group) => [group.name, logSeconds(group)])),
  );
  const ratios = [...family.of]
    .toSorted(([, a], [, b]) => a.difference.mean - b.difference.mean)
    .map(([name, against]) => `${name} ${ratioOf(against)}`);
  if (ratios.length === 0) return [];
  const luck =
    family.tests === 0 ? ' One seed each: whether the times differ by more than luck is unknown.' : '';
  return [
    `An epoch of ${reference.name} took ${seconds < 0.1 ? seconds.toFixed(4) : seconds.toFixed(2)} s. As multiples of that time: ${ratios.join(', ')}${familyNote(family) || '.'}${luck}`,
  ];
}

function logSeconds(group: Group): BySeed {
  return valuesBySeed(group, (result) => {
    const seconds = secondsPerEpoch(result);
    // An epoch that is too short for the clock has time 0 and no logarithm.
    return seconds === undefined || seconds <= 0 ? undefined : log(seconds);
  });
}

/** "3.9 (3.6 to 4.2)", with "undecided" if the interval contains 1. Two or three seeds give ends that no clock could measure. */
function ratioOf({ difference: { mean, low, high }, standing }: AgainstReference): string {
  const times = (value: number): string => exp(value).toFixed(2);
  if (standing === 'untested') return times(mean);
  const from = exp(low!) < 1 / MOST ? `under ${1 / MOST}` : times(low!);
  const to = exp(high!) > MOST ? `over ${MOST}` : times(high!);
  const open = standing === 'undecided' ? ', undecided' : '';
  return `${times(mean)} (${from} to ${to}${open})`;
}

function processorsOf(groups: readonly Group[]): number {
  return new Set(groups.flatMap(({ results }) => results.map(({ environment }) => environment.cpu))).size;
}
