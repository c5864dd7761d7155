import { canonicalJson, type SweepData, type Trial, type TrialResult } from '@bbb/core';
import { dataFiles, type FileContent } from '../data/data-files.js';
import { settingsOf, settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf } from '../data/headline-metric.js';
import { flatten } from '../data/describe.js';

/** The same method in the same setting of two sweeps. */
export interface Match {
  /** Both settings, if their data have different names. */
  readonly setting: string;
  readonly a: Group;
  readonly b: Group;
  /** Settings and data that differ, as `path: a -> b`. Empty: the same trials on the same data. */
  readonly changes: readonly string[];
}

/** The groups of a match, A first. */
export function groupsOf({ a, b }: Match): [Group, Group] {
  return [a, b];
}

/** Groups matches by their headline metric, in the order in which each metric first appears. */
export function byHeadline(matches: readonly Match[]): (readonly Match[])[] {
  const keyOf = (match: Match): string => {
    const { key, unit } = metricOf(groupsOf(match));
    return `${key}${unit}`;
  };
  const keys = [...new Set(matches.map(keyOf))];
  return keys.map((key) => matches.filter((match) => keyOf(match) === key));
}

export interface Matches {
  readonly matches: readonly Match[];
  /** Methods that only one of the sweeps has, in words. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

/** Pairs groups by data set, network, likelihood and label. If a label stands for several configurations, the full name is used. */
export function matchGroups(a: SweepData, b: SweepData): Matches {
  const [left, right] = [entries(a), entries(b)];
  const matches = [...left].flatMap(([key, { group, setting }]): Match[] => {
    const found = right.get(key);
    if (!found) return [];
    const other = found.group;
    const otherData = dataChanges(group.results, other.results);
    return [
      {
        setting: titleOf(setting, found.setting, otherData.length > 0),
        a: group,
        b: other,
        changes: [...changesOf(group.results[0]!.trial, other.results[0]!.trial), ...otherData],
      },
    ];
  });
  const only = (own: Entries, others: Entries): string[] =>
    [...own].flatMap(([key, { group, setting }]) =>
      others.has(key) ? [] : [`${group.name} (${settingTitle(setting)})`],
    );
  return { matches, onlyA: only(left, right), onlyB: only(right, left) };
}

/** The title of a match. If the data of B differ but have the same name, the title says so, so that readers do not take them for the data of A. */
function titleOf(a: Setting, b: Setting, otherData: boolean): string {
  const [left, right] = [settingTitle(a), settingTitle(b)];
  if (left !== right) return `${left} / ${right}`;
  return otherData ? `${left} (of other data in B)` : left;
}

type Entries = ReadonlyMap<string, { readonly setting: Setting; readonly group: Group }>;

function entries(data: SweepData): Entries {
  return new Map(
    settingsOf(data).flatMap((setting) =>
      setting.groups.map((group) => {
        const alone = setting.groups.filter(({ label }) => label === group.label).length === 1;
        return [canonicalJson([setting.key, alone ? group.label : group.name]), { setting, group }];
      }),
    ),
  );
}

/** Options that differ between two trials, without the seeds. */
function changesOf({ seed: _a, ...a }: Trial, { seed: _b, ...b }: Trial): string[] {
  const [left, right] = [flatten(a), flatten(b)];
  const paths = [...new Set([...left.keys(), ...right.keys()])];
  return paths
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => `${path}: ${left.get(path) ?? 'none'} -> ${right.get(path) ?? 'none'}`);
}

/** Data files that differ. If only one of the sweeps has a file, an option differs, e.g. its out-of-distribution set. */
function dataChanges(a: readonly TrialResult[], b: readonly TrialResult[]): string[] {
  const right = dataFiles(b);
  const hashes = (contents: readonly FileContent[]): string =>
    contents
      .map(({ sha256 }) => sha256.slice(0, 12))
      .toSorted()
      .join(', ');
  return [...dataFiles(a)].flatMap(([file, contents]) => {
    const other = right.get(file);
    if (!other || hashes(contents) === hashes(other)) return [];
    return [`data ${file}: SHA-256 ${hashes(contents)} -> ${hashes(other)}`];
  });
}
