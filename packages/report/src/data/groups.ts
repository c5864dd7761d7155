import {
  canonicalJson,
  contentId,
  keptEpoch,
  type PlannedTrial,
  type SweepData,
  type Trial,
  type TrialResult,
} from '@bbb/core';
import { describer } from './describe.js';
import { likelihoodName, networkName } from './network-name.js';
import { once } from './once.js';

/** Trials that differ only in the seed: one row of a table, one line of a figure. */
export interface Group {
  /** Unique name: the label, and the options that differ between configurations of the same label. */
  readonly name: string;
  readonly label: string;
  /** Finished trials by ascending seed; never empty. */
  readonly results: readonly TrialResult[];
  /** Seeds planned, finished or not. */
  readonly planned: number;
}

/** The parts of trials that must be equal for results to be comparable: data set, network and likelihood. */
export interface Setting {
  /** The same in two sweeps for the same data source, network and likelihood. */
  readonly key: string;
  /** Unique among the settings of a sweep, and safe in a file's name. */
  readonly id: string;
  /** The name of the data set. */
  readonly dataset: string;
  /** The data source as trials name it. It is the same in two sweeps on the same source. */
  readonly source: string;
  /** Widths of the hidden layers of a plain fully connected network for classes; absent for any other. */
  readonly hidden?: readonly number[];
  /** The network for people: "hidden 400-400", "cnn (conv2d 20 5x5, ...)"; with its likelihood, if trials name one. */
  readonly network: string;
  /** Smallest and largest input of the training set, if an input is one number and the folder stores them. */
  readonly inputs?: readonly [number, number];
  /** The groups, in the order of the sweep. */
  readonly groups: readonly Group[];
  /** True where each label stands for several configurations, of which validation chose the one shown. */
  readonly selected: boolean;
}

/** Every configuration with results, grouped by data set, network and likelihood, in the order of the sweep. */
export const allSettings = once((data: SweepData): readonly Setting[] => {
  const configurations = configurationsOf(data);
  const describers = new Map(
    [...new Set(configurations.map(({ label }) => label))].map((label) => [
      label,
      describer(configurations.filter((peer) => peer.label === label).map(({ trial }) => trial)),
    ]),
  );
  const nameOf = networkNames(configurations.map(({ trial }) => trial));
  const settings = new Map<string, Setting & { readonly groups: Group[] }>();
  for (const { label, trial, planned, results } of configurations) {
    if (results.length === 0) continue;
    const source = sourceName(trial);
    const key = settingKey(trial);
    const dataset = results[0]!.dataset ?? source;
    const setting = settings.get(key) ?? {
      key,
      dataset,
      source,
      selected: false,
      groups: [],
      ...identity(dataset, trial, nameOf(trial), [...settings.values()]),
      ...plainHidden(trial, results[0]!),
      ...inputRange(data, dataset),
    };
    const difference = describers.get(label)!(trial);
    setting.groups.push({ name: difference ? `${label} ${difference}` : label, label, results, planned });
    settings.set(key, setting);
  }
  return [...settings.values()];
});

/**
 * Like {@link allSettings}, with one configuration for each label. If a grid was searched, it is the one with the lowest mean validation error.
 * Only configurations with all their seeds done are compared or, if there are none, those with the most seeds. The test set does not
 * influence the choice. Without validation images all configurations stay.
 */
export const settingsOf = once((data: SweepData): readonly Setting[] =>
  allSettings(data).map((setting) => {
    const labels = [...new Set(setting.groups.map(({ label }) => label))];
    const chosen = labels.flatMap((label) => {
      const candidates = setting.groups.filter((group) => group.label === label);
      return candidates.length > 1 ? chooseByValidation(candidates) : candidates;
    });
    return { ...setting, groups: chosen, selected: chosen.length < setting.groups.length };
  }),
);

/** A trial's validation error at the epoch whose network was kept. */
export function keptValidationError(result: TrialResult): number | undefined {
  return keptEpoch(result.epochs, result.trial.select)?.validationError;
}

/**
 * "mnist, hidden 500-500", "mnist, cnn (conv2d 20 5x5, ...)"
 * @param setting data set and network
 */
export function settingTitle({ dataset, network }: Setting): string {
  return `${dataset}, ${network}`;
}

export function settingId({ id }: Setting): string {
  return id;
}

function settingKey(trial: Trial): string {
  const { hidden, network = null, likelihood = null } = trial;
  return canonicalJson([sourceName(trial), hidden, network, likelihood]);
}

/** Names of networks and likelihoods: short ones, or full ones if two have the same short name. */
function networkNames(trials: readonly Trial[]): (trial: Trial) => string {
  const named = (trial: Trial, whole: boolean): string =>
    [networkName(trial, whole), likelihoodName(trial)].filter(Boolean).join(', ');
  const keys = new Map<string, Set<string>>();
  for (const trial of trials) {
    const name = named(trial, false);
    keys.set(name, (keys.get(name) ?? new Set()).add(canonicalJson([trial.hidden, trial.network ?? null])));
  }
  return (trial) => named(trial, keys.get(named(trial, false))!.size > 1);
}

function identity(
  dataset: string,
  trial: Trial,
  network: string,
  known: readonly Setting[],
): Pick<Setting, 'id' | 'network'> {
  const parts = trial.network ? [network] : [...trial.hidden, likelihoodName(trial)];
  const id = fileSafe([dataset, ...parts].filter((part) => part !== '').join('-')).replace(/-+$/, '');
  // Two settings may have the same file name, because some characters are replaced.
  const taken = known.some((other) => other.id === id);
  return { network, id: taken ? `${id}-${contentId(settingKey(trial)).slice(0, 8)}` : id };
}

/** The hidden widths of a plain network for classes: published numbers exist only for these. */
function plainHidden({ hidden, network }: Trial, result: TrialResult): Pick<Setting, 'hidden'> {
  return network || result.headline ? {} : { hidden };
}

function inputRange({ datasets = [] }: SweepData, dataset: string): Pick<Setting, 'inputs'> {
  const summary = datasets.find(({ role, name }) => role === 'main' && name === dataset)?.summary;
  const range = summary?.train.features;
  return range && summary.inputShape.length === 1 && summary.inputShape[0] === 1 ? { inputs: range } : {};
}

/** A text as part of a file's name, which may have 255 bytes in all. A name that is cut ends with its hash. */
export function fileSafe(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
  return safe.length <= LONGEST ? safe : `${safe.slice(0, LONGEST - 9)}-${contentId(name).slice(0, 8)}`;
}

const LONGEST = 120;

function chooseByValidation(candidates: readonly Group[]): readonly Group[] {
  const errors = new Map(candidates.map((group) => [group, meanValidationError(group)]));
  if ([...errors.values()].includes(undefined)) return candidates;
  const best = fullest(candidates).reduce((a, b) => (errors.get(b)! < errors.get(a)! ? b : a));
  return [best];
}

/**
 * The configurations with all their seeds done, or, if there is none, those with the most seeds. Seeds that diverged or were stopped
 * did badly, so the mean of the others would be too good.
 */
function fullest(candidates: readonly Group[]): readonly Group[] {
  const whole = candidates.filter(isWhole);
  if (whole.length > 0) return whole;
  const most = Math.max(...candidates.map(({ results }) => results.length));
  return candidates.filter(({ results }) => results.length === most);
}

/** Whether all planned seeds are done. */
export function isWhole({ results, planned }: Group): boolean {
  return results.length === planned;
}

function meanValidationError({ results }: Group): number | undefined {
  const values = results.flatMap((result) => keptValidationError(result) ?? []);
  return values.length < results.length ? undefined : values.reduce((a, b) => a + b, 0) / values.length;
}

/** The trials of one configuration: the number of planned ones, and the finished ones by ascending seed. */
interface Configuration {
  readonly label: string;
  /** A trial with any of the seeds. */
  readonly trial: Trial;
  readonly planned: number;
  readonly results: readonly TrialResult[];
}

/** All planned configurations. Those without results are needed to find the options that differ. */
function configurationsOf(data: SweepData): Configuration[] {
  const results = new Map(data.results.map((result) => [result.id, result]));
  const plans = new Map<string, PlannedTrial[]>();
  for (const planned of data.plan) {
    const plan = plans.get(planned.configuration);
    if (plan) plan.push(planned);
    else plans.set(planned.configuration, [planned]);
  }
  return [...plans.values()].map((plan) => ({
    label: plan[0]!.label,
    trial: plan[0]!.trial,
    planned: plan.length,
    results: plan.flatMap(({ id }) => results.get(id) ?? []).toSorted((a, b) => a.trial.seed - b.trial.seed),
  }));
}

/** The name of the data source, with its options if it has any. */
function sourceName({ data: { use, options } }: Trial): string {
  return [use, ...Object.values(options).map(String)].join(' ');
}
