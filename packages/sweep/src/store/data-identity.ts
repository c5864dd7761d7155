import {
  BbbError,
  summarise,
  type Datasets,
  type DataSummary,
  type SweepDataset,
  type Trial,
  type TrialResult,
} from '@bbb/core';
import { dataKey } from '../executor/data-key.js';

/** The data of a sweep: SHA-256 by file, by data set (its name and options as canonical JSON). */
export type DataIdentity = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Summaries of these sets, by the same keys. */
export type DataSummaries = Readonly<Record<string, DataSummary>>;

export function identityOf(datasets: Datasets): DataIdentity {
  return mapValues(datasets, ({ sha256 }) => sha256);
}

export function summariesOf(datasets: Datasets): DataSummaries {
  return mapValues(datasets, summarise);
}

/** The data that a result says it belongs to. */
export function identityOfResult(result: TrialResult): DataIdentity {
  const { trial, dataSha256, outOfDistributionSha256 } = result;
  const outside = trial.data.outOfDistribution;
  return {
    [dataKey(trial.data)]: dataSha256,
    ...(outside && outOfDistributionSha256 ? { [dataKey(outside)]: outOfDistributionSha256 } : {}),
  };
}

/** The data sets of a sweep, the main one first. */
export function datasetsOf(
  data: Trial['data'] | undefined,
  identity: DataIdentity = {},
  summaries: DataSummaries = {},
): SweepDataset[] {
  if (!data) return [];
  const outside = data.outOfDistribution;
  const roles = [['main', data] as const, ...(outside ? [['out-of-distribution', outside] as const] : [])];
  return roles.map(([role, use]) => {
    const key = dataKey(use);
    const [sha256, summary] = [identity[key], summaries[key]];
    return {
      role,
      name: summary?.name ?? use.use,
      ...(sha256 ? { sha256 } : {}),
      ...(summary ? { summary } : {}),
    };
  });
}

/**
 * Refuses to mix results of different data. A data set that only one of the two identities names does not count as a difference.
 * @param sentence a sentence for the message, about what the difference means
 * @throws BbbError `E_SWEEP_CHANGED` with the files that differ
 */
export function checkSameData(
  sentence: string,
  before: DataIdentity | undefined,
  after: DataIdentity | undefined,
  hint = 'Results of different data can not be compared: give the folder of the earlier files with --data-dir, or choose another --dir.',
): void {
  const changed = changedFiles(before, after);
  if (changed.length === 0) return;
  const lines = changed.map(
    ({ name, file, was, is }) => `  ${name}, ${file}: SHA-256 ${short(was)} -> ${short(is)}`,
  );
  throw new BbbError('E_SWEEP_CHANGED', `${sentence}:\n${lines.join('\n')}`, {
    hint,
  });
}

/** The reason why a result belongs to other data. Undefined if it belongs to these, or if its data are not known. */
export function otherData(result: TrialResult, identity: DataIdentity | undefined): string | undefined {
  const [changed] = changedFiles(identity, identityOfResult(result));
  return (
    changed &&
    `it was made with other data: ${changed.name}, ${changed.file} has SHA-256 ${short(changed.is)}, not ${short(changed.was)}`
  );
}

interface ChangedFile {
  readonly name: string;
  readonly file: string;
  readonly was: string;
  readonly is: string;
}

function changedFiles(before: DataIdentity = {}, after: DataIdentity = {}): ChangedFile[] {
  return Object.entries(before).flatMap(([key, files]) =>
    Object.entries(files).flatMap(([file, was]) => {
      const is = after[key]?.[file];
      return is === undefined || is === was ? [] : [{ name: nameOf(key), file, was, is }];
    }),
  );
}

function nameOf(key: string): string {
  return (JSON.parse(key) as { readonly use: string }).use;
}

function short(sha256: string): string {
  return sha256.slice(0, 12);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
