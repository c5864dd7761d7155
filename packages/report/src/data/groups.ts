import { canonicalJson, type PlannedTrial, type SweepData, type Trial, type TrialResult } from '@bbb/core';
import { describeDifferences } from './describe.js';

/** Trials that differ in the seed alone: one row of a table, one line of a figure. */
export interface Group {
  /** Unique: the label, and what tells configurations of the same label apart. */
  readonly name: string;
  readonly label: string;
  /** Finished trials by ascending seed; never empty. */
  readonly results: readonly TrialResult[];
  /** Seeds planned, finished or not. */
  readonly planned: number;
}

/** What has to be equal for accuracies to be comparable. */
export interface Setting {
  readonly dataset: string;
  readonly hidden: readonly number[];
  /** In the order of the sweep. */
  readonly groups: readonly Group[];
  /** True where each label stands for several configurations, of which validation chose the one shown. */
  readonly selected: boolean;
}

/** Every configuration with results, grouped by data set and network size, in the order of the sweep. */
export function allSettings(data: SweepData): Setting[] {
  const settings = new Map<string, Configuration[]>();
  for (const configuration of finishedConfigurations(data)) {
    const { trial } = configuration.results[0];
    const key = canonicalJson([datasetName(trial), trial.hidden]);
    settings.set(key, [...(settings.get(key) ?? []), configuration]);
  }
  return [...settings.values()].map((configurations) => {
    const { trial } = configurations[0]!.results[0];
    const groups = configurations.map((own) => toGroup(own, configurations));
    return { dataset: datasetName(trial), hidden: trial.hidden, selected: false, groups };
  });
}

/**
 * As {@link allSettings}, with one configuration for each label: where a grid was searched, the one with the lowest mean
 * validation error. The test set has no say in it. Without validation images all configurations stay.
 */
export function settingsOf(data: SweepData): Setting[] {
  return allSettings(data).map((setting) => {
    const labels = [...new Set(setting.groups.map(({ label }) => label))];
    const chosen = labels.flatMap((label) => {
      const candidates = setting.groups.filter((group) => group.label === label);
      return candidates.length > 1 ? chooseByValidation(candidates) : candidates;
    });
    return { ...setting, groups: chosen, selected: chosen.length < setting.groups.length };
  });
}

/** A trial's validation error: of the epoch whose network was kept. */
export function keptValidationError(result: TrialResult): number | undefined {
  const epoch =
    result.trial.select === 'best'
      ? result.epochs.find(({ epoch: at }) => at === result.bestEpoch)
      : result.epochs.at(-1);
  return epoch?.validationError;
}

/** "mnist, 784-500-500-10" */
export function settingTitle({ dataset, hidden }: Setting): string {
  return hidden.length > 0 ? `${dataset}, hidden ${hidden.join('-')}` : `${dataset}, no hidden layer`;
}

/** File-name safe. */
export function settingId({ dataset, hidden }: Setting): string {
  return [dataset, ...hidden].join('-').replaceAll(/[^A-Za-z0-9.-]+/g, '-');
}

function chooseByValidation(candidates: readonly Group[]): readonly Group[] {
  const errors = candidates.map(({ results }) => {
    const values = results.map(keptValidationError);
    return values.some((value) => value === undefined)
      ? undefined
      : values.reduce<number>((sum, value) => sum + value!, 0) / values.length;
  });
  if (errors.some((error) => error === undefined)) return candidates;
  const best = errors.reduce<number>((at, error, i) => (error! < errors[at]! ? i : at), 0);
  return [candidates[best]!];
}

/** The trials of one configuration: planned ones counted, finished ones by ascending seed. */
interface Configuration {
  readonly label: string;
  readonly planned: number;
  readonly results: readonly [TrialResult, ...TrialResult[]];
}

function finishedConfigurations(data: SweepData): Configuration[] {
  const results = new Map(data.results.map((result) => [result.id, result]));
  const configurations = new Map<string, PlannedTrial[]>();
  for (const planned of data.plan) {
    configurations.set(planned.configuration, [
      ...(configurations.get(planned.configuration) ?? []),
      planned,
    ]);
  }
  return [...configurations.values()].flatMap((plan): Configuration[] => {
    const [first, ...rest] = plan
      .flatMap(({ id }) => results.get(id) ?? [])
      .toSorted((a, b) => a.trial.seed - b.trial.seed);
    return first ? [{ label: plan[0]!.label, planned: plan.length, results: [first, ...rest] }] : [];
  });
}

function toGroup(own: Configuration, all: readonly Configuration[]): Group {
  const peers = all.filter(({ label }) => label === own.label);
  const difference = describeDifferences(
    own.results[0].trial,
    peers.map(({ results }) => results[0].trial),
  );
  return {
    name: difference ? `${own.label} ${difference}` : own.label,
    label: own.label,
    results: own.results,
    planned: own.planned,
  };
}

/** The name of the data source, with its options where it has any. */
function datasetName({ data: { use, options } }: Trial): string {
  return [use, ...Object.values(options).map(String)].join(' ');
}
