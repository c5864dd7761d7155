import type { SweepData } from '@bbb/core';
import { metricOf } from '../data/headline-metric.js';
import { settingsOf, settingTitle, type Setting } from '../data/groups.js';
import type { Table } from '../tables/table.js';
import { pruningLimits } from './limits.js';
import { oodSentences } from './out-of-distribution.js';
import { choosePrimary, questionOf, referenceOf, type Question } from './primary.js';
import { rankGroups } from './rank.js';
import { rankingTable } from './ranking-table.js';
import { sentenceOf } from './sentence.js';
import { targetSentences } from './target.js';
import { temperedSentences } from './tempered.js';
import { timeSentences } from './time.js';

/** The answer that the results of one setting give. */
export interface Answer {
  readonly setting: string;
  /** The answer itself: the best method beside the reference, at one sparsity. */
  readonly sentence: string;
  /** All methods, best first, each with its verdict. */
  readonly table: Table;
  /** Further findings, in a sentence or two each. Each of them corrects for its own tests. */
  readonly further: readonly string[];
}

/**
 * The answer of every setting of a sweep.
 * @param data a sweep, as `readSweep` gives it
 * @param asked reference and sparsity of the comparison; bbb chooses those that are left out
 * @throws BbbError `E_REPORT_REFERENCE`, `E_REPORT_SPARSITY` for a question that the sweep can't answer
 */
export function answersOf(data: SweepData, asked: Question = {}): Answer[] {
  const question = questionOf(data, asked);
  return settingsOf(data).map((setting) => plainAnswer(setting, question));
}

/**
 * The findings of a setting in plain words. The sentence is about one comparison: at one sparsity, with one reference.
 * A method is called better or worse only where the interval of its difference from the reference, corrected for all methods
 * of the table, excludes 0. With one seed, no method is.
 *
 * @param setting all groups of one data set and network
 * @param question reference and sparsity of the comparison; bbb chooses those that are left out
 */
export function plainAnswer(setting: Setting, question: Question = {}): Answer {
  const { groups } = setting;
  const reference = referenceOf(setting, question);
  const primary = choosePrimary(groups, question.sparsity);
  const ranking = rankGroups(groups, reference, primary.share);
  return {
    setting: settingTitle(setting),
    sentence: sentenceOf(ranking, reference, primary.share, metricOf(groups)),
    table: rankingTable(setting, primary, ranking, reference),
    further: [
      ...(reference ? [] : [`The reference ${question.reference} has no finished trial to compare with.`]),
      ...temperedSentences(groups),
      ...pruningLimits(groups),
      ...oodSentences(groups, reference),
      ...targetSentences(groups, question.targetError, question.refined),
      ...timeSentences(groups, reference),
    ],
  };
}
